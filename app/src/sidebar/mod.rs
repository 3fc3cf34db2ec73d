//! The sidebar: navigation, the list of conversations, the theme.

mod component;
mod conversation_list;
mod conversation_row;
mod listed;
mod server_functions;
mod state;

pub(crate) use component::Sidebar;
pub(crate) use conversation_row::{rename, restore, use_delete};
pub(crate) use server_functions::{DeleteConversation, RenameConversation, RestoreConversation};
pub(crate) use state::{SidebarButton, provide_sidebar_state};
#[cfg(feature = "ssr")]
pub(crate) use state::{folded_now, word};

/// What a conversation without a title is called.
pub(crate) fn title_or_default(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() { "New conversation".to_owned() } else { title.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_title_has_a_name() {
        assert_eq!(title_or_default("  "), "New conversation");
        assert_eq!(title_or_default(" Ships "), "Ships");
    }
}

//! The chat page: one conversation, its messages, and the place to write the next one.

mod announcer;
mod attach;
mod chat_header;
mod chat_input;
mod chat_message;
mod chat_studio;
mod copy;
mod dialogs;
mod draft;
mod failure_card;
mod message_actions;
mod message_part;
mod message_state;
mod model_choice;
mod model_dialog;
mod model_list;
mod page;
mod panel;
mod parameters_dialog;
mod rendered_block;
mod run_watcher;
mod scroll;
mod selection;
mod selectors;
mod server_functions;
mod session;
mod shortcut;
mod source_list;
mod start_screen;
mod tool_call_display;
mod transcript;
mod tray;

pub(crate) use chat_input::key_without_script;
pub(crate) use chat_studio::ChatStudio;
pub(crate) use message_state::BlockState;
pub(crate) use rendered_block::RenderedBlock;

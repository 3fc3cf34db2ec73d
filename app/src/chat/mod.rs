//! The chat page: one conversation, its messages, and the place to write the next one.

mod announcer;
mod attach;
mod chat_header;
mod chat_input;
mod chat_message;
mod chat_studio;
mod copy;
mod draft;
mod failure_card;
mod message_actions;
mod message_part;
mod message_state;
mod page;
mod panel;
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

pub(crate) use chat_studio::ChatStudio;
pub(crate) use message_state::BlockState;
pub(crate) use rendered_block::RenderedBlock;

//! What the sidebar asks of the server.

use leptos::prelude::*;
use models::id::ConversationId;
#[cfg(not(feature = "ssr"))]
use {
    crate::browser::ask, leptos::server_fn::ServerFn, send_wrapper::SendWrapper,
    std::future::Future,
};

use super::listed::ListedPage;
use crate::error::StudioError;
#[cfg(feature = "ssr")]
use crate::reply::{caller, fail, keep_cookie, redirect_plain_form};

/// The name of the cookie that keeps the sidebar folded or open.
#[cfg(feature = "ssr")]
pub(super) const COOKIE: &str = "sidebar";

/// A page of conversations, newest first; `before` is a cursor as the address carries it.
#[server(prefix = "/api/ui", endpoint = "conversations")]
pub(crate) async fn list_conversations(before: Option<String>) -> Result<ListedPage, StudioError> {
    let (studio, caller) = caller();
    let before = before.as_deref().and_then(super::listed::parse_cursor);
    Ok(studio.conversations(&caller, before).await.map_err(fail)?.into())
}

/// [`list_conversations`] for a page: called on the server, asked for in the browser.
#[cfg(feature = "ssr")]
pub(crate) use list_conversations as load_conversations;

/// [`list_conversations`] for a page: called on the server, asked for in the browser.
#[cfg(not(feature = "ssr"))]
pub(crate) fn load_conversations(
    before: Option<String>,
) -> impl Future<Output = Result<ListedPage, StudioError>> + Send {
    let fields = before.map(|cursor| ("before", cursor)).into_iter().collect();
    SendWrapper::new(ask(ListConversations::url(), fields))
}

/// Gives a conversation a new title.
#[server(prefix = "/api/ui", endpoint = "rename")]
pub(crate) async fn rename_conversation(
    conversation: ConversationId,
    title: String,
) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    let patch =
        models::conversation::ConversationPatch { title: Some(title), ..Default::default() };
    studio.change_conversation(&caller, conversation, patch).await.map_err(fail)?;
    Ok(())
}

/// Hides a conversation until it is restored or the time for that is over.
#[server(prefix = "/api/ui", endpoint = "delete")]
pub(crate) async fn delete_conversation(conversation: ConversationId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.hide_conversation(&caller, conversation).await.map_err(fail)?;
    redirect_plain_form(&format!("/chat?deleted={conversation}"));
    Ok(())
}

/// Brings a deleted conversation back.
#[server(prefix = "/api/ui", endpoint = "restore")]
pub(crate) async fn restore_conversation(conversation: ConversationId) -> Result<(), StudioError> {
    let (studio, caller) = caller();
    studio.restore_conversation(&caller, conversation).await.map_err(fail)?;
    redirect_plain_form(&format!("/chat/{conversation}"));
    Ok(())
}

/// Keeps whether the sidebar is folded; an unknown word means “open”.
#[server(prefix = "/api/ui", endpoint = "sidebar")]
pub(crate) async fn set_sidebar(sidebar: String) -> Result<(), StudioError> {
    let folded = sidebar == super::state::word(true);
    keep_cookie(COOKIE, super::state::word(folded));
    Ok(())
}

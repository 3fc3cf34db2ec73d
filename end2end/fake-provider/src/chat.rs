//! Chat Completions as one of the protocols.

use crate::{check, fold, protocol::Protocol, scenarios};

pub(crate) const PROTOCOL: Protocol = Protocol {
    check: check::chat,
    tables: scenarios::TABLES,
    conversation: "messages",
    say: |call, text| call.stream().role().text(text).end().answer(),
    fold: fold::fold,
};

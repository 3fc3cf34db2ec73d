//! Identifiers: one type a table, so that a run cannot be passed where a message is meant.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is no identifier: not 32 hexadecimal digits with or without hyphens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an identifier; identifiers look like 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct InvalidId(pub String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// A UUIDv7: ordered by creation time, so keyset paging can use it as a tie-break.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new identifier for this moment.
            #[cfg(feature = "server")]
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId(text.chars().take(64).collect()))
            }
        }
    };
}

id!(/// The person whose rows these are.
    OwnerId);
id!(/// A conversation: a tree of messages with a current leaf.
    ConversationId);
id!(/// A message in a conversation's tree.
    MessageId);
id!(/// One execution of a routing profile that writes one assistant message.
    RunId);
id!(/// A configured model server.
    ProviderId);
id!(/// A model of one provider.
    ModelId);
id!(/// A reusable system prompt.
    PromptProfileId);
id!(/// A routing profile.
    RoutingProfileId);
id!(/// One row of the metrics ledger.
    ChatMetricId);
id!(/// One start of the server; runs name the instance that executes them.
    InstanceId);
id!(/// A file given with a message.
    AttachmentId);
id!(/// What was found at an address and waits to be saved.
    DetectionId);
id!(/// One observation of a provider's health.
    ProviderCheckId);

//! What stands between the network and the routes.

pub(crate) mod body;
pub(crate) mod headers;
pub(crate) mod site;
pub(crate) mod time;

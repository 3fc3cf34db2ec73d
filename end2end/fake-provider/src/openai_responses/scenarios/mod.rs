//! The table of scenarios of this protocol. What has the meaning of a chat scenario has its name.

mod faults;
mod finishes;
mod frames;
mod odd_items;
mod pace;
mod reasoning;
mod rejections;
mod texts;
mod tools;
mod usage;

use crate::scenarios::{Tables, shared};

pub(super) const ALL: Tables = Tables::new(&[
    shared::TEXTS,
    texts::TABLE,
    shared::PACE,
    pace::TABLE,
    reasoning::TABLE,
    tools::TABLE,
    odd_items::TABLE,
    usage::TABLE,
    finishes::TABLE,
    shared::FRAMES,
    frames::TABLE,
    shared::FAULTS,
    faults::TABLE,
    shared::ERRORS,
    shared::ERROR_BODIES,
    shared::REJECTIONS,
    rejections::TABLE,
]);

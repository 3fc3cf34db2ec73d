//! What was learned about the models of servers, for as long as the process lives.

use std::collections::VecDeque;

use parking_lot::Mutex;
use url::Url;

/// Pairs of server and model that are remembered; the oldest go first.
const REMEMBERED: usize = 256;

/// One `T` for each pair of base URL and model; bounded.
#[derive(Debug, Default)]
pub(crate) struct PerModel<T>(Mutex<VecDeque<((Url, String), T)>>);

impl<T: Clone + Default> PerModel<T> {
    /// What is known of a model; the default where that is nothing.
    pub(crate) fn recall(&self, base_url: &Url, model: &str) -> T {
        let known = self.0.lock();
        known
            .iter()
            .find(|((url, name), _)| url == base_url && name == model)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// Keeps what has just been learned, in place of what was known.
    pub(crate) fn keep(&self, base_url: &Url, model: &str, value: T) {
        self.change(base_url, model, |known| *known = value);
    }

    /// Changes what is known of a model.
    pub(crate) fn change(&self, base_url: &Url, model: &str, change: impl FnOnce(&mut T)) {
        let mut known = self.0.lock();
        let place = known.iter().position(|((url, name), _)| url == base_url && name == model);
        let mut entry = place
            .and_then(|place| known.remove(place))
            .unwrap_or_else(|| ((base_url.clone(), model.to_owned()), T::default()));
        change(&mut entry.1);
        if known.len() >= REMEMBERED {
            known.pop_front();
        }
        known.push_back(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_per_server_and_model_and_bounded() {
        let url = Url::parse("http://localhost/v1").unwrap();
        let memory = PerModel::<u32>::default();
        memory.keep(&url, "a", 7);
        memory.change(&url, "a", |known| *known += 1);
        assert_eq!(memory.recall(&url, "a"), 8);
        assert_eq!(memory.recall(&url, "b"), 0);
        for number in 0..REMEMBERED {
            memory.keep(&url, &number.to_string(), 1);
        }
        assert_eq!(memory.recall(&url, "a"), 0);
        assert_eq!(memory.0.lock().len(), REMEMBERED);
    }
}

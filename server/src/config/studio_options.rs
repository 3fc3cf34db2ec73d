//! The one place that knows how the business layer's options follow from the settings.

use std::time::Duration;

use studio::{StoreOptions, StudioOptions};

use super::Config;

impl Config {
    /// What the business layer is told, with the paths it lacks put under `data_dir`.
    pub(crate) fn studio_options(&self) -> StudioOptions {
        let database = || format!("sqlite://{}", self.data_dir.join("studio.db").display());
        let key_file = || self.data_dir.join("studio.key");
        StudioOptions {
            store: StoreOptions {
                database_url: self.database_url.clone().unwrap_or_else(database),
                max_connections: self.database.connections,
                busy_timeout: Duration::from_secs(self.database.busy_seconds),
            },
            key_file: self.key_file.clone().unwrap_or_else(key_file),
            routing: self.runs.clone(),
            outbound: self.providers.clone(),
            detection: self.detection.clone(),
            attachments: self.attachments.clone(),
        }
    }
}

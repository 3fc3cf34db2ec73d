//! What the owner typed about a model. All of it is text; what is empty is left to the server's word.

use leptos::ev::SubmitEvent;
use models::{facts::Fact, model::ModelEdit};
use serde::{Deserialize, Serialize};

use crate::{models_shown::amount, parameters::ParametersForm, ui::form_value::text_of};

/// The fields by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ModelForm {
    pub display_name: String,
    pub context_length: String,
    pub max_output: String,
    pub vision: String,
    pub tools: String,
    pub reasoning: String,
    pub embeddings: String,
    pub price_input: String,
    pub price_output: String,
    pub price_cached: String,
    pub currency: String,
    pub price_date: String,
    #[serde(flatten)]
    pub parameters: ParametersForm,
}

impl ModelForm {
    /// The fields of a form that is being submitted.
    pub(crate) fn of(event: &SubmitEvent) -> Self {
        let text = |name| text_of(event, name);
        Self {
            display_name: text("display_name"),
            context_length: text("context_length"),
            max_output: text("max_output"),
            vision: text("vision"),
            tools: text("tools"),
            reasoning: text("reasoning"),
            embeddings: text("embeddings"),
            price_input: text("price_input"),
            price_output: text("price_output"),
            price_cached: text("price_cached"),
            currency: text("currency"),
            price_date: text("price_date"),
            parameters: ParametersForm::of(event),
        }
    }

    /// The form that shows what the owner has said so far.
    pub(crate) fn showing(edit: &ModelEdit) -> Self {
        let count =
            |fact: Option<Fact<u32>>| fact.map(|fact| fact.value.to_string()).unwrap_or_default();
        let choice = |fact: Option<Fact<bool>>| match fact {
            None => String::new(),
            Some(Fact { value: true, .. }) => "yes".to_owned(),
            Some(Fact { value: false, .. }) => "no".to_owned(),
        };
        let facts = &edit.facts;
        let price = facts.price.as_ref().map(|fact| &fact.value);
        Self {
            display_name: edit.display_name.clone().unwrap_or_default(),
            context_length: count(facts.context_length),
            max_output: count(facts.max_output),
            vision: choice(facts.vision),
            tools: choice(facts.tools),
            reasoning: choice(facts.reasoning),
            embeddings: choice(facts.embeddings),
            price_input: price.map(|price| amount(price.input)).unwrap_or_default(),
            price_output: price.map(|price| amount(price.output)).unwrap_or_default(),
            price_cached: price.and_then(|price| price.cached).map(amount).unwrap_or_default(),
            currency: price.map(|price| price.currency.clone()).unwrap_or_default(),
            price_date: price.and_then(|price| price.date.clone()).unwrap_or_default(),
            parameters: ParametersForm::showing(&edit.parameters),
        }
    }
}

#[cfg(feature = "ssr")]
mod server {
    use models::{
        facts::{Fact, ModelFacts, Price},
        model::ModelEdit,
    };

    use super::ModelForm;
    use crate::{
        error::StudioError,
        models_shown::MILLIONTHS,
        parameters::{no_number, number},
    };

    impl ModelForm {
        /// What the fields say.
        ///
        /// # Errors
        /// When one of them is no number.
        pub(crate) fn read(&self) -> Result<ModelEdit, StudioError> {
            self.edit().map_err(no_number)
        }

        fn edit(&self) -> Result<ModelEdit, &'static str> {
            let count = |text: &str, label| -> Result<_, &'static str> {
                Ok(number(text, label)?.map(Fact::user))
            };
            let choice = |text: &str| match text {
                "yes" => Some(Fact::user(true)),
                "no" => Some(Fact::user(false)),
                _ => None,
            };
            Ok(ModelEdit {
                display_name: Some(self.display_name.clone()),
                facts: ModelFacts {
                    context_length: count(&self.context_length, "context")?,
                    max_output: count(&self.max_output, "longest answer")?,
                    vision: choice(&self.vision),
                    tools: choice(&self.tools),
                    reasoning: choice(&self.reasoning),
                    embeddings: choice(&self.embeddings),
                    price: self.price()?.map(Fact::user),
                },
                parameters: self.parameters.read()?,
            })
        }

        /// A price; none while neither amount is given. One alone leaves the other at zero.
        fn price(&self) -> Result<Option<Price>, &'static str> {
            let input = millionths(&self.price_input, "price of the request")?;
            let output = millionths(&self.price_output, "price of the answer")?;
            let cached = millionths(&self.price_cached, "price of cached tokens")?;
            if input.is_none() && output.is_none() {
                return Ok(None);
            }
            let currency = match self.currency.trim() {
                "" => "USD".to_owned(),
                code => code.to_uppercase(),
            };
            let date = Some(self.price_date.trim().to_owned()).filter(|date| !date.is_empty());
            let (input, output) = (input.unwrap_or_default(), output.unwrap_or_default());
            Ok(Some(Price { input, output, cached, currency, date }))
        }
    }

    /// An amount such as `0.15` in millionths, without a detour over floating point.
    fn millionths(text: &str, label: &'static str) -> Result<Option<i64>, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if part.len() > 6 || !digits(part) || !digits(whole) {
            return Err(label);
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| label)? };
        let part: i64 = format!("{part:0<6}").parse().map_err(|_| label)?;
        whole.checked_mul(MILLIONTHS).and_then(|it| it.checked_add(part)).map(Some).ok_or(label)
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::models_shown::amount;

        #[test]
        fn amounts_keep_every_digit() {
            for (text, value) in
                [("0.15", 150_000), ("3", 3_000_000), (".000001", 1), ("1.250000", 1_250_000)]
            {
                assert_eq!(millionths(text, "x"), Ok(Some(value)), "{text}");
            }
            assert_eq!(amount(150_000), "0.15");
            assert_eq!(amount(3_000_000), "3");
            for odd in ["1,5", "-1", "0.1234567", "1.-5", "99999999999999999999"] {
                assert_eq!(millionths(odd, "x"), Err("x"), "{odd}");
            }
        }

        #[test]
        fn what_is_shown_is_read_again() {
            let form = ModelForm {
                display_name: "Small".to_owned(),
                context_length: "8192".to_owned(),
                vision: "no".to_owned(),
                price_input: "0.15".to_owned(),
                price_output: "0.6".to_owned(),
                currency: "EUR".to_owned(),
                price_date: "2026-11-01".to_owned(),
                ..ModelForm::default()
            };
            let edit = form.read().expect("a good form");
            assert_eq!(ModelForm::showing(&edit), form);
            assert_eq!(ModelForm::default().read().expect("empty").facts, ModelFacts::default());
        }
    }
}

//! The search among models.

use std::collections::HashMap;

use models::{
    id::OwnerId,
    model::{ModelPage, ModelQuery},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Func, LikeExpr, NullOrdering},
};
use uuid::Uuid;

use crate::{
    database::Store,
    entity::{model, provider},
    error::StoreError,
    model::from_row,
    provider::by_id,
    setting,
};

/// Words of a search that are looked for; nobody types more.
const MOST_WORDS: usize = 8;

impl Store {
    /// The models a query asks for: favourites first, then those used last, then by provider and
    /// name.
    ///
    /// # Errors
    ///
    /// Whatever the database answers.
    pub async fn find_models(
        &self,
        owner: OwnerId,
        query: &ModelQuery,
    ) -> Result<ModelPage, StoreError> {
        let providers = by_id(self.reader(), owner).await?;
        let found = matching(owner, query, &providers);
        let total = found.clone().count(self.reader()).await?;
        let mut page = found
            .order_by_desc(model::Column::Favourite)
            .order_by_with_nulls(
                model::Column::LastUsedAt,
                sea_orm::Order::Desc,
                NullOrdering::Last,
            )
            .order_by_asc(model::Column::ProviderId)
            .order_by_asc(model::Column::Name);
        if query.limit > 0 {
            page = page.limit(u64::from(query.limit)).offset(u64::from(query.skip));
        }
        let rows = page.all(self.reader()).await?;
        let default = self.setting(owner, setting::DEFAULT_MODEL).await?;
        let models = rows
            .into_iter()
            .map(|row| from_row(row, &providers, default.as_deref()))
            .collect::<Result<_, StoreError>>()?;
        Ok(ModelPage { models, total: u32::try_from(total).unwrap_or(u32::MAX) })
    }
}

fn matching(
    owner: OwnerId,
    query: &ModelQuery,
    providers: &HashMap<Uuid, provider::Model>,
) -> Select<model::Entity> {
    let mut found = model::Entity::find().filter(model::Column::OwnerId.eq(owner.0));
    if let Some(provider) = query.provider {
        found = found.filter(model::Column::ProviderId.eq(provider.0));
    }
    if query.selectable {
        found =
            found.filter(model::Column::Enabled.eq(true)).filter(model::Column::Listed.eq(true));
    }
    for word in query.text.split_whitespace().take(MOST_WORDS) {
        found = found.filter(holds(&word.to_lowercase(), providers));
    }
    found
}

/// Whether a word stands in one of the names people know a model by.
fn holds(word: &str, providers: &HashMap<Uuid, provider::Model>) -> Condition {
    let escaped = word.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let like = || LikeExpr::new(format!("%{escaped}%")).escape('!');
    let of_providers = providers
        .values()
        .filter(|provider| provider.name.to_lowercase().contains(word))
        .map(|provider| provider.id);
    [model::Column::Name, model::Column::DisplayName, model::Column::ListedDisplayName]
        .into_iter()
        .fold(Condition::any(), |any, column| {
            any.add(Expr::expr(Func::lower(Expr::col(column))).like(like()))
        })
        .add(model::Column::ProviderId.is_in(of_providers))
}

//! The columns and keys that most tables share.

use sea_orm_migration::{
    prelude::{
        ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IndexCreateStatement,
        Table, TableCreateStatement,
    },
    schema::uuid,
};

/// A table whose rows belong to an owner and go with them.
pub(crate) fn owned_table(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(uuid("id").primary_key())
        .col(uuid("owner_id"))
        .foreign_key(&mut reference(name, "owner_id", "owner", ForeignKeyAction::Cascade))
        .take()
}

/// A foreign key on another table's `id`.
pub(crate) fn reference(
    table: &'static str,
    column: &'static str,
    parent: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(parent, "id")
        .on_delete(on_delete)
        .take()
}

/// An index named after its table and columns.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut statement = Index::create();
    statement.name(format!("idx_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        statement.col(*column);
    }
    statement
}

/// An index that refuses a second row with the same values.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().take()
}

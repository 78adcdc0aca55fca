using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel;

/// <summary>
/// The fence once more, in the database: row-level security for every table, from the same declarations of owners as the
/// query filters. A statement that forgets the filter shows nothing foreign. This file is named as one of the few that
/// speak SQL.
/// </summary>
/// <remarks>
/// A connection says what is inside with the settings below. Each is read once per statement, because it stands in a
/// sub-select, and rows of customers ask for one only: each sub-select is planned anew with every statement. The owner of the schema, who migrates it, is not bound by them; the application's account is.
/// </remarks>
internal static class DatabaseFence
{
    /// <summary>The customers inside: '*' for all, an array such as {a,b}, empty while nobody has opened.</summary>
    public const string Customers = "nadooit.customers";

    /// <summary>Who has opened; empty for the system.</summary>
    public const string Person = "nadooit.person";

    /// <summary>'*' when other people's own records are inside too.</summary>
    public const string People = "nadooit.people";

    /// <summary>What stands for everything.</summary>
    public const string All = "*";

    private const string SeesSomebody = $"(SELECT '{All}' IN (current_setting('{People}', true), current_setting('{Customers}', true)))";
    private const string IsOpen = $"(SELECT coalesce(current_setting('{Customers}', true), '') <> '')";
    private const string SeesPeople = $"(SELECT current_setting('{People}', true) = '{All}')";

    // Null for all customers, and then a comparison with it is null and counts as true; none while nobody has opened.
    private const string Inside =
        $"ANY ((SELECT CASE current_setting('{Customers}', true) WHEN '{All}' THEN NULL ELSE coalesce(nullif(current_setting('{Customers}', true), '')::uuid[], ARRAY[]::uuid[]) END)::uuid[])";
    private const string Own = $"(SELECT nullif(current_setting('{Person}', true), '')::uuid)";

    // Names that may be read outside the fence, and nothing more of their rows; a view reads with its owner's rights.
    private const string Views =
        """
        CREATE OR REPLACE VIEW operator_customer AS SELECT id FROM customer WHERE is_operator;
        CREATE OR REPLACE VIEW name_of_person AS SELECT id, display_name FROM person;
        CREATE OR REPLACE VIEW customer_of_contract AS
            SELECT contract.id, customer.name AS customer_name FROM employee_contract contract JOIN customer ON customer.id = contract.customer_id;

        """;

    /// <summary>Takes away what would be in the way of a migration.</summary>
    public const string DropViews = "DROP VIEW IF EXISTS operator_customer, name_of_person, customer_of_contract";

    /// <summary>All of it; it can run any number of times.</summary>
    public static string Script(IModel model) => Views + string.Concat(model.GetEntityTypes()
        .Where(entity => entity.GetTableName() is not null)
        .OrderBy(entity => entity.GetTableName(), StringComparer.Ordinal)
        .Select(entity => Policies(entity.GetTableName()!, entity.ClrType)));

    // Whatever somebody does is written into the trail, also at a customer that he does not see.
    private static string Policies(string table, Type entity) =>
        $"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS fence ON {table};
        DROP POLICY IF EXISTS growth ON {table};
        CREATE POLICY fence ON {table} {(entity == typeof(AuditEntry) ? "FOR SELECT " : "")}USING ({Rule(entity)});
        {(entity == typeof(AuditEntry) ? $"CREATE POLICY growth ON {table} FOR INSERT WITH CHECK ({IsOpen});" : "")}

        """;

    private static string Rule(Type entity) => entity switch
    {
        _ when entity == typeof(Customer) => $"coalesce(id = {Inside}, true)",
        _ when entity == typeof(Domain.People.Person) =>
            $"{SeesSomebody} OR id = {Own} OR EXISTS (SELECT 1 FROM employee_contract contract WHERE contract.person_id = person.id)",
        _ when typeof(ICustomerOwned).IsAssignableFrom(entity) => $"coalesce(customer_id = {Inside}, true)",
        _ when typeof(IPersonOwned).IsAssignableFrom(entity) => $"{SeesPeople} OR person_id = {Own}",
        _ when typeof(IShared).IsAssignableFrom(entity) => IsOpen,
        _ => throw new InvalidOperationException($"{entity.Name} declares no owner."),
    };
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NadooIt.Data.Executions;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>
/// The fence once more, in the database: row-level security for every table, from the same declarations of owners as the
/// query filters. A statement that forgets the filter shows nothing foreign. This file is named as one of the few that
/// speak SQL.
/// </summary>
/// <remarks>
/// A connection says what is inside with the settings below. Each is read once per statement, because it stands in a
/// sub-select. The owner of the schema, who migrates it, is not bound by them; the application's account is.
/// </remarks>
internal static class DatabaseFence
{
    /// <summary>'on' for a connection of the system, from the moment it connects until it ends; never for one of people.</summary>
    public const string System = "nadooit.system";

    /// <summary>The customers inside: an array such as {a,b}, or '*' for all.</summary>
    public const string Customers = "nadooit.customers";

    /// <summary>No customer is inside.</summary>
    public const string NoCustomers = "{}";

    /// <summary>Whose own records are inside: a person's, or '*' for everybody's; <see cref="Nobody"/> while nobody has opened.</summary>
    public const string Person = "nadooit.person";

    /// <summary>What stands for everything.</summary>
    public const string All = "*";

    /// <summary>The person who is told while nobody has opened.</summary>
    public const string Nobody = "00000000-0000-0000-0000-000000000000";

    private const string IsOpen = $"(SELECT current_setting('{Person}') <> '{Nobody}')";

    // Null for all, and then a comparison with it is null and counts as true. A connection that has no such setting fails.
    private const string Inside = $"ANY ((SELECT nullif(current_setting('{Customers}'), '{All}')::uuid[])::uuid[])";
    private const string Own = $"(SELECT nullif(current_setting('{Person}'), '{All}')::uuid)";

    // Said to be immutable, since it is for a connection: so it is computed while planning, and statements of the system are
    // planned and run as if there were no fence.
    private const string Functions =
        $"""
        CREATE OR REPLACE FUNCTION nadooit_is_system() RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
            $body$ BEGIN RETURN coalesce(current_setting('{System}', true), '') = 'on'; END $body$;

        """;

    // Names that may be read outside the fence, and nothing more of their rows; a view reads with its owner's rights.
    private const string Views =
        """
        CREATE OR REPLACE VIEW operator_customer AS SELECT id FROM customer WHERE is_operator;
        CREATE OR REPLACE VIEW name_of_person AS SELECT id, display_name FROM person;
        CREATE OR REPLACE VIEW customer_of_contract AS
            SELECT contract.id, customer.name AS customer_name FROM employee_contract contract JOIN customer ON customer.id = contract.customer_id;

        """;

    /// <summary>What a connection is told so that a fence holds on it.</summary>
    public static ToldFence ToldOf(Fence fence) => new(
        fence.Reach.Everywhere ? All : $"{{{string.Join(',', fence.Reach.Customers.Select(customer => customer.Value))}}}",
        fence.AllPeople ? All : fence.Caller?.Person.ToString() ?? Nobody);

    /// <summary>Says on a connection what is inside.</summary>
    public static NpgsqlBatchCommand Tell(Fence fence)
    {
        var told = ToldOf(fence);
        return new($"SELECT set_config('{Customers}', $1, false), set_config('{Person}', $2, false)")
        {
            Parameters = { new() { Value = told.Customers }, new() { Value = told.Person } },
        };
    }

    /// <summary>Takes away what would be in the way of a migration.</summary>
    public const string DropViews = $"DROP VIEW IF EXISTS operator_customer, name_of_person, customer_of_contract, {FiguresSchema.Days}, {FiguresSchema.Months}";

    /// <summary>All of it; it can run any number of times.</summary>
    public static string Script(IModel model) => Functions + Views + Standing.Script + string.Concat(model.GetEntityTypes()
        .Where(entity => entity.GetTableName() is not null)
        .OrderBy(entity => entity.GetTableName(), StringComparer.Ordinal)
        .Select(entity => Policies(entity.GetTableName()!, entity.ClrType)));

    // Whatever somebody does is written into the trail, also at a customer that he does not see.
    private static string Policies(string table, Type entity) =>
        $"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS fence ON {table};
        DROP POLICY IF EXISTS growth ON {table};
        CREATE POLICY fence ON {table} {(entity == typeof(AuditEntry) ? "FOR SELECT " : "")}USING ({Shows(Rule(entity))});
        {(entity == typeof(AuditEntry) ? $"CREATE POLICY growth ON {table} FOR INSERT WITH CHECK ({Shows(IsOpen)});" : "")}

        """;

    // The planner cannot know how many rows the fence hides; put like this it expects none to be, and plans as without a fence.
    private static string Shows(string rule) => $"public.nadooit_is_system() OR (CASE WHEN {rule} THEN true END) IS NOT NULL";

    private static string Rule(Type entity) => entity switch
    {
        _ when entity == typeof(Customer) => $"coalesce(id = {Inside}, true)",
        _ when entity == typeof(Domain.People.Person) =>
            $"coalesce(id = {Own}, true) OR EXISTS (SELECT 1 FROM employee_contract contract WHERE contract.person_id = person.id)",
        _ when typeof(ICustomerOwned).IsAssignableFrom(entity) => $"coalesce(customer_id = {Inside}, true)",
        _ when typeof(IPersonOwned).IsAssignableFrom(entity) => $"coalesce(person_id = {Own}, true)",
        _ when typeof(IShared).IsAssignableFrom(entity) => IsOpen,
        _ => throw new InvalidOperationException($"{entity.Name} declares no owner."),
    };
}

/// <summary>What a connection was told.</summary>
/// <param name="Customers">The customers inside.</param>
/// <param name="Person">Whose own records are inside.</param>
internal readonly record struct ToldFence(string Customers, string Person)
{
    /// <summary>Nothing is inside.</summary>
    public static readonly ToldFence Nothing = new(DatabaseFence.NoCustomers, DatabaseFence.Nobody);
}

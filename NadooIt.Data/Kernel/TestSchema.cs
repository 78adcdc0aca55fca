using NadooIt.Data.Executions;

namespace NadooIt.Data.Kernel;

/// <summary>
/// The test ledger in the database: the tables into which executions are recorded, a second time, in a schema of their own. A
/// connection that looks there first runs the same statements and the same code as any other; what is not there, such as people,
/// contracts and customer programs, it finds where everybody does (docs/decisions/0022).
/// </summary>
internal static class TestSchema
{
    /// <summary>The schema.</summary>
    public const string Name = "test_ledger";

    /// <summary>Where a connection of the test ledger looks for a table.</summary>
    public const string SearchPath = Name + ",public";

    /// <summary>Everything that recording, reversing and reading by key writes. A test compares all other tables before and after.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        "execution", "execution_order", "execution_day", "execution_month", "status_record", "transfer", "ledger_account", "customer_program_progress",
        "webhook_endpoint", "webhook_delivery", "audit_entry",
    ];

    /// <summary>
    /// Makes the tables like the live ones, with the same fence; only here may what else only grows be thrown away. When a migration
    /// has changed those, they are made anew and what was in them is gone: test data are no facts.
    /// </summary>
    public static string Script { get; } =
        $"""
        DO $body$
        DECLARE
            wanted text[] := ARRAY['{string.Join("', '", Tables)}'];
            shape text;
            name text;
            policy record;
        BEGIN
            SELECT md5(string_agg(line, ';' ORDER BY line)) INTO shape FROM (
                SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default) AS line
                FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY(wanted)
                UNION ALL SELECT concat_ws(' ', tablename, policyname, cmd, qual, with_check) FROM pg_policies WHERE schemaname = 'public' AND tablename = ANY(wanted)
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(wanted)) AS lines;
            IF shape IS DISTINCT FROM obj_description(to_regnamespace('{Name}'), 'pg_namespace') THEN
                DROP SCHEMA IF EXISTS {Name} CASCADE;
                CREATE SCHEMA {Name};
                FOREACH name IN ARRAY wanted LOOP
                    EXECUTE format('CREATE TABLE {Name}.%I (LIKE public.%I INCLUDING ALL)', name, name);
                    EXECUTE format('ALTER TABLE {Name}.%I ENABLE ROW LEVEL SECURITY', name);
                END LOOP;
                FOR policy IN SELECT * FROM pg_policies WHERE schemaname = 'public' AND tablename = ANY(wanted) LOOP
                    EXECUTE format('CREATE POLICY %I ON {Name}.%I FOR %s', policy.policyname, policy.tablename, CASE policy.cmd WHEN 'SELECT' THEN 'ALL' ELSE policy.cmd END)
                        || coalesce(' USING (' || policy.qual || ')', '') || coalesce(' WITH CHECK (' || policy.with_check || ')', '');
                END LOOP;
                {FiguresSchema.Views(Name)}
                EXECUTE format('COMMENT ON SCHEMA {Name} IS %L', shape);
            END IF;
        END $body$;
        """;
}

namespace NadooIt.Data.Executions;

/// <summary>
/// What the database does for the book: it counts the changes of what recording rests on, and refuses a page that was decided from
/// what does not hold any more. This file is named as one of the few that speak SQL.
/// </summary>
internal static class BookSchema
{
    /// <summary>The SQLSTATE with which a page is refused that rests on something that has changed.</summary>
    public const string Stale = "NB001";

    // Everything but balances and ladder positions, which the writing statement compares itself. What only adds something, as a new
    // customer program does, need not be counted: it is not remembered before it was read.
    private static readonly (string Table, string Events)[] Watched =
    [
        ("customer_program", "UPDATE"),
        ("drawn_time_account", "INSERT OR UPDATE OR DELETE"),
        ("ledger_account", "UPDATE OF minimum, is_closed"),
        ("api_key", "UPDATE OF owner_id, customer_id, abilities, customer_programs, expires_at, revoked_at, is_test OR DELETE"),
        ("employee_contract", "UPDATE OF person_id, customer_id, starts_on, ends_on, deactivated_at OR DELETE"),
        ("person", "UPDATE OF deactivated_at OR DELETE"),
        ("budget", "INSERT OR UPDATE OR DELETE"),
        ("webhook_endpoint", "INSERT OR UPDATE OF customer_id, events, disabled_at, ended_at OR DELETE"),
    ];

    /// <summary>
    /// How many changes there were. A later look sees at least those of an earlier one, so an equal sum means the same changes.
    /// </summary>
    public const string Sum = "(SELECT coalesce(sum(number), 0)::bigint FROM book_change)";

    /// <summary>Puts changes together, so that their sum is read quickly; it stays what it is, also where two do this at once.</summary>
    public const string PutTogether =
        """
        WITH gone AS (DELETE FROM book_change WHERE id IN (SELECT id FROM book_change FOR UPDATE SKIP LOCKED) RETURNING number)
        INSERT INTO book_change (id, number) SELECT gen_random_uuid(), sum(number) FROM gone HAVING count(*) > 0
        """;

    /// <summary>All of it; it can run any number of times. A change is a row of its own, so that nobody waits for another one.</summary>
    public static string Script { get; } =
        $"""
        CREATE OR REPLACE FUNCTION nadooit_count_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
        BEGIN
            IF current_setting('nadooit.counted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
                INSERT INTO book_change (id, number) VALUES (gen_random_uuid(), 1);
                PERFORM set_config('nadooit.counted', pg_current_xact_id()::text, true);
            END IF;
            RETURN NULL;
        END $body$;
        REVOKE ALL ON FUNCTION nadooit_count_change() FROM PUBLIC;
        CREATE OR REPLACE FUNCTION nadooit_holds(holds boolean) RETURNS boolean LANGUAGE plpgsql AS $body$
        BEGIN
            IF holds IS NOT TRUE THEN
                RAISE EXCEPTION 'The page rests on something that has changed.' USING ERRCODE = '{Stale}';
            END IF;
            RETURN true;
        END $body$;

        """ + string.Concat(Watched.Select(watched =>
            $"""
            DROP TRIGGER IF EXISTS counted ON {watched.Table};
            CREATE TRIGGER counted AFTER {watched.Events} ON {watched.Table} FOR EACH ROW EXECUTE FUNCTION nadooit_count_change();

            """));
}

namespace NadooIt.Data.Executions;

/// <summary>
/// The figures of days and months in the database. What a customer program recorded last, of one day, status and person, stands in its
/// ladder position, which each execution writes anyway; it is put down in the rows of days and months when something of another one
/// comes, or a status changes. Whoever reads figures reads both, from the views here (docs/decisions/0008).
/// </summary>
internal static class FiguresSchema
{
    /// <summary>Figures of days, to read.</summary>
    public const string Days = "figures_of_day";

    /// <summary>Figures of months, to read.</summary>
    public const string Months = "figures_of_month";

    private const string Recent = "recent_status, recent_person_id, recent_count, recent_saved, recent_prepaid, recent_billed, recent_price_millionths";
    private const string MonthOfRecent = "date_trunc('month', recent_day::timestamp)::date";
    // The place of the parameter, as statements of a context are formatted.
    private const string Programs = "{0}";

    /// <summary>The views; it can run any number of times.</summary>
    public static string Script { get; } = Views("public");

    /// <summary>Puts down what ladder positions carry. Call it under their locks, with the customer programs.</summary>
    public static string PutDown { get; } =
        $"""
        WITH carried AS (SELECT * FROM customer_program_progress WHERE customer_program_id = ANY({Programs}) AND recent_count > 0),
        days AS ({AddTo("execution_day", "day", $"SELECT customer_id, recent_day, customer_program_id, {Recent} FROM carried")}),
        months AS ({AddTo("execution_month", "month", $"SELECT customer_id, {MonthOfRecent}, customer_program_id, {Recent} FROM carried")})
        UPDATE customer_program_progress SET revision = revision + 1, recent_day = NULL, recent_status = NULL, recent_person_id = NULL,
            recent_count = 0, recent_saved = 0, recent_prepaid = 0, recent_billed = 0, recent_price_millionths = 0
        WHERE customer_program_id = ANY({Programs})
        """;

    /// <summary>Adds to the rows of days or months; each row must be there once.</summary>
    public static string AddTo(string table, string span, string rows) =>
        $"""
        INSERT INTO {table} (customer_id, {span}, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
            {rows}
            ON CONFLICT (customer_id, {span}, customer_program_id, status, person_id) DO UPDATE SET
                count = {table}.count + excluded.count, saved = {table}.saved + excluded.saved,
                prepaid = {table}.prepaid + excluded.prepaid, billed = {table}.billed + excluded.billed,
                price_millionths = {table}.price_millionths + excluded.price_millionths
        """;

    /// <summary>The views of a schema. They read with the rights of whoever asks, so the fence holds.</summary>
    public static string Views(string schema) =>
        View(schema, Days, "execution_day", "day", "recent_day") + View(schema, Months, "execution_month", "month", MonthOfRecent);

    private static string View(string schema, string name, string table, string span, string spanOfRecent) =>
        $"""
        CREATE OR REPLACE VIEW {schema}.{name} WITH (security_invoker = true) AS
            SELECT customer_id, {span}, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths FROM {schema}.{table}
            UNION ALL SELECT customer_id, {spanOfRecent}, customer_program_id, {Recent} FROM {schema}.customer_program_progress WHERE recent_count > 0;

        """;
}

using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using Npgsql;

namespace NadooIt.Data.Executions;

/// <summary>
/// The rows that the writing statement takes, each as one value of a type in the database. To unnest an array for each column took the
/// database a tenth of what a page costs, and more the longer the page.
/// </summary>
/// <remarks>Nodes of the version before use the types too: one that changes gets another name.</remarks>
internal static class BookRows
{
    // First: what follows is made with it.
    private static readonly Dictionary<Type, string> Names = new()
    {
        [typeof(Position)] = "book_ladder_position",
        [typeof(Balance)] = "book_balance",
        [typeof(Chain)] = "book_chain",
        [typeof(ExecutionValues)] = "book_execution",
        [typeof(TransferValues)] = "book_transfer",
        [typeof(Figures)] = "book_figures",
    };

    /// <summary>Makes the types; it can run any number of times.</summary>
    public static string Script { get; } = string.Concat(
        Type<Position>(
            """
            id uuid, saved_before bigint, revision_before bigint, saved bigint, revision bigint, recent_day date, recent_status integer, recent_person_id uuid, recent_count bigint,
            recent_saved bigint, recent_prepaid bigint, recent_billed bigint, recent_price_millionths bigint
            """),
        Type<Balance>("id uuid, before bytea, minimum bigint, amount bigint, pending bigint, chain_length bigint, chain_hash bytea"),
        Type<Chain>("id uuid, hash bytea"),
        Type<ExecutionValues>(
            """
            id uuid, customer_id uuid, customer_program_id uuid, person_id uuid, api_key_id uuid, reference text, order_reference text, occurred_at timestamptz,
            recorded_at timestamptz, saved bigint, prepaid bigint, billed bigint, price_mode integer, rate numeric, price numeric, saved_before bigint,
            time_balance_after bigint, status integer, content_hash bytea, order_id uuid
            """),
        Type<TransferValues>(
            """
            id uuid, customer_id uuid, unit integer, from_account_id uuid, to_account_id uuid, amount bigint, kind integer, chain_account_id uuid, chain_position bigint,
            balance_after bigint, execution_id uuid, note text, booked_by uuid, booked_at timestamptz, hash bytea, phase integer, pending_after bigint
            """),
        Type<Figures>(
            """
            customer_id uuid, starts_on date, customer_program_id uuid, status integer, person_id uuid, count bigint, saved bigint, prepaid bigint, billed bigint,
            price_millionths bigint
            """));

    /// <summary>Tells a source of connections how rows become values of these types.</summary>
    public static void Map(NpgsqlDataSourceBuilder source) => source
        .MapComposite<Position>(NameOf<Position>()).MapComposite<Balance>(NameOf<Balance>()).MapComposite<Chain>(NameOf<Chain>())
        .MapComposite<ExecutionValues>(NameOf<ExecutionValues>()).MapComposite<TransferValues>(NameOf<TransferValues>()).MapComposite<Figures>(NameOf<Figures>());

    /// <summary>Rows as a parameter.</summary>
    public static NpgsqlParameter Parameter<TRow>(TRow[] rows) => new NpgsqlParameter<TRow[]> { TypedValue = rows, DataTypeName = $"{NameOf<TRow>()}[]" };

    private static string NameOf<TRow>() => Names[typeof(TRow)];

    private static string Type<TRow>(string columns) =>
        $"""
        DO $body$ BEGIN
            IF to_regtype('public.{NameOf<TRow>()}') IS NULL THEN
                CREATE TYPE public.{NameOf<TRow>()} AS ({columns});
            END IF;
        END $body$;

        """;

    /// <summary>A ladder position, before and after, with the figures that it carries from now on.</summary>
    public sealed record Position(
        Guid Id, long SavedBefore, long RevisionBefore, long Saved, long Revision, DateOnly? RecentDay, int? RecentStatus, Guid? RecentPersonId, long RecentCount,
        long RecentSaved, long RecentPrepaid, long RecentBilled, long RecentPriceMillionths)
    {
        /// <summary>The row of a position that moved.</summary>
        public static Position Of(MovedProgram moved) => new(
            moved.Program.Value, moved.Before.Saved.Value, moved.Before.Revision, moved.After.Saved.Value, moved.After.Revision, moved.After.Recent?.StartsOn,
            moved.After.Recent?.Status, moved.After.Recent?.PersonId, moved.After.Recent?.Count ?? 0, moved.After.Recent?.Saved ?? 0, moved.After.Recent?.Prepaid ?? 0,
            moved.After.Recent?.Billed ?? 0, moved.After.Recent?.PriceMillionths ?? 0);
    }

    /// <summary>An account after a page, with the hash of the last transfer before it.</summary>
    public sealed record Balance(Guid Id, byte[] Before, long? Minimum, long Amount, long Pending, long ChainLength, byte[] ChainHash);

    /// <summary>The hash of the last transfer of an account.</summary>
    public sealed record Chain(Guid Id, byte[] Hash);

    /// <summary>An execution.</summary>
    public sealed record ExecutionValues(
        Guid Id, Guid CustomerId, Guid CustomerProgramId, Guid PersonId, Guid? ApiKeyId, string Reference, string? OrderReference, DateTime OccurredAt,
        DateTime RecordedAt, long Saved, long Prepaid, long Billed, int PriceMode, decimal Rate, decimal Price, long SavedBefore,
        long TimeBalanceAfter, int Status, byte[] ContentHash, Guid? OrderId)
    {
        /// <summary>The row of an execution.</summary>
        public static ExecutionValues Of(Execution execution) => new(
            execution.Id.Value, execution.CustomerId.Value, execution.CustomerProgramId.Value, execution.PersonId.Value, execution.ApiKeyId?.Value,
            execution.Reference, execution.OrderReference, execution.OccurredAt.UtcDateTime, execution.RecordedAt.UtcDateTime, execution.Saved.Value,
            execution.Prepaid.Value, execution.Billed.Value, (int)execution.PriceMode, execution.Rate.Amount, execution.Price.Amount,
            execution.SavedBefore.Value, execution.TimeBalanceAfter.Value, (int)execution.Status, execution.ContentHash, execution.OrderId?.Value);
    }

    /// <summary>A transfer.</summary>
    public sealed record TransferValues(
        Guid Id, Guid CustomerId, int Unit, Guid FromAccountId, Guid ToAccountId, long Amount, int Kind, Guid ChainAccountId, long ChainPosition,
        long BalanceAfter, Guid? ExecutionId, string? Note, Guid BookedBy, DateTime BookedAt, byte[] Hash, int Phase, long? PendingAfter)
    {
        /// <summary>The row of a transfer.</summary>
        public static TransferValues Of(Transfer transfer) => new(
            transfer.Id.Value, transfer.CustomerId.Value, (int)transfer.Unit, transfer.FromAccountId.Value, transfer.ToAccountId.Value, transfer.Amount,
            (int)transfer.Kind, transfer.ChainAccountId.Value, transfer.ChainPosition, transfer.BalanceAfter, transfer.ExecutionId?.Value, transfer.Note,
            transfer.BookedBy.Value, transfer.BookedAt.UtcDateTime, transfer.Hash, (int)transfer.Phase, transfer.PendingAfter);
    }

    /// <summary>Figures of one customer program, day or month, status and person.</summary>
    public sealed record Figures(
        Guid CustomerId, DateOnly StartsOn, Guid CustomerProgramId, int Status, Guid PersonId, long Count, long Saved, long Prepaid, long Billed, long PriceMillionths)
    {
        /// <summary>The figures of one execution on its day.</summary>
        public static Figures Of(Execution execution) => new(
            execution.CustomerId.Value, BusinessTime.DayOf(execution.OccurredAt), execution.CustomerProgramId.Value, (int)execution.Status, execution.PersonId.Value,
            1, execution.Saved.Value, execution.Prepaid.Value, execution.Billed.Value, execution.Price.Millionths);

        /// <summary>Whether both belong to one row.</summary>
        public bool IsOfRowOf(Figures other) =>
            CustomerProgramId == other.CustomerProgramId && StartsOn == other.StartsOn && Status == other.Status && PersonId == other.PersonId;

        /// <summary>Both together.</summary>
        public Figures Plus(Figures other) => this with
        {
            Count = Count + other.Count,
            Saved = Saved + other.Saved,
            Prepaid = Prepaid + other.Prepaid,
            Billed = Billed + other.Billed,
            PriceMillionths = PriceMillionths + other.PriceMillionths,
        };
    }
}

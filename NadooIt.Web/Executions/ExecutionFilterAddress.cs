using System.Globalization;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Executions;

/// <summary>A filter of executions as it stands in an address; the list and the export read the same words.</summary>
public static class ExecutionFilterAddress
{
    public const string Period = "period";
    public const string From = "from";
    public const string To = "to";
    public const string Customer = "customer";
    public const string Program = "program";
    public const string Status = "status";
    public const string Person = "person";
    public const string Search = "search";

    private static readonly Dictionary<string, NamedPeriod> Periods = new(StringComparer.Ordinal)
    {
        ["last20"] = NamedPeriod.Last20,
        ["today"] = NamedPeriod.Today,
        ["month"] = NamedPeriod.ThisMonth,
        ["last-month"] = NamedPeriod.LastMonth,
        ["year"] = NamedPeriod.ThisYear,
    };

    private static readonly Dictionary<string, ExecutionStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["not-paid"] = ExecutionStatus.NotPaid,
        ["paid"] = ExecutionStatus.Paid,
        ["disputed"] = ExecutionStatus.Disputed,
        ["held"] = ExecutionStatus.Held,
        ["reversed"] = ExecutionStatus.Reversed,
        ["refunded"] = ExecutionStatus.Refunded,
    };

    /// <summary>Every named period with its word.</summary>
    public static IEnumerable<KeyValuePair<string, NamedPeriod>> AllPeriods => Periods;

    /// <summary>Every status with its word.</summary>
    public static IEnumerable<KeyValuePair<string, ExecutionStatus>> AllStatuses => Statuses;

    /// <summary>Reads a filter. What is not understood counts as not given; without any period it is the last 20.</summary>
    /// <param name="value">Gives the value of a name, or null.</param>
    public static ExecutionFilter Parse(Func<string, string?> value)
    {
        var (from, to) = (Day(value(From)), Day(value(To)));
        return new(
            from is null && to is null ? Periods.GetValueOrDefault(value(Period) ?? "", NamedPeriod.Last20) : null,
            from,
            to,
            Id<CustomerId>(value(Customer)),
            Id<CustomerProgramId>(value(Program)),
            Statuses.TryGetValue(value(Status) ?? "", out var status) ? status : null,
            Id<PersonId>(value(Person)),
            string.IsNullOrWhiteSpace(value(Search)) ? null : value(Search)!.Trim());
    }

    /// <summary>A day as it stands in an address.</summary>
    public static string? Word(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 9999 ? day : null;

    private static TId? Id<TId>(string? text)
        where TId : struct, ITypedId<TId> => Guid.TryParse(text, out var value) ? TId.From(value) : null;
}

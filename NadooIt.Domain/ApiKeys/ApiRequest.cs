using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.ApiKeys;

/// <summary>What is remembered of one request of the HTTP API: never a body, never a value of the query.</summary>
/// <param name="At">When it was answered.</param>
/// <param name="Method">GET, POST and so on.</param>
/// <param name="Route">The route with its placeholders, not the address that was called.</param>
/// <param name="Status">The HTTP status; 499 when the client left before.</param>
/// <param name="DurationMicroseconds">How long the server needed, in microseconds.</param>
/// <param name="TraceId">The number under which the server's log knows it.</param>
public sealed record ApiRequestFacts(DateTimeOffset At, string Method, string Route, int Status, long DurationMicroseconds, string TraceId)
{
    /// <summary>The status from which on a request counts as failed.</summary>
    public const int FirstFailure = 400;

    /// <summary>Whether it counts as failed.</summary>
    public bool IsFailure => Status >= FirstFailure;
}

/// <summary>One request in the log of an API key. The log is bounded: it helps to find faults and proves nothing.</summary>
public sealed class ApiRequest : ICustomerOwned
{
    /// <summary>Most that are kept of one key for long; the newest stay, and up to a hundred more until the next shortening.</summary>
    public const int MostPerKey = 1000;

    /// <summary>How long they are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(14);

    /// <summary>Longest method, in characters.</summary>
    public const int LongestMethod = 10;

    /// <summary>Longest route, in characters.</summary>
    public const int LongestRoute = 100;

    private ApiRequest()
    {
    }

    /// <summary>Identifier; in the order of time.</summary>
    public ApiRequestId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>The key that asked.</summary>
    public ApiKeyId ApiKeyId { get; private set; }

    /// <summary>When it was answered.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>GET, POST and so on.</summary>
    public string Method { get; private set; } = "";

    /// <summary>The route with its placeholders.</summary>
    public string Route { get; private set; } = "";

    /// <summary>The HTTP status; 499 when the client left before.</summary>
    public int Status { get; private set; }

    /// <summary>How long the server needed, in microseconds.</summary>
    public long DurationMicroseconds { get; private set; }

    /// <summary>The number under which the server's log knows it.</summary>
    public string TraceId { get; private set; } = "";

    /// <summary>Puts a request into the log.</summary>
    public static ApiRequest Note(CustomerId customer, ApiKeyId key, ApiRequestFacts facts) => new()
    {
        Id = NewId.At<ApiRequestId>(facts.At),
        CustomerId = customer,
        ApiKeyId = key,
        At = facts.At,
        Method = Cut(facts.Method, LongestMethod),
        Route = Cut(facts.Route, LongestRoute),
        Status = facts.Status,
        DurationMicroseconds = facts.DurationMicroseconds,
        TraceId = facts.TraceId,
    };

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}

/// <summary>How often a key asked on one business day, every request counted.</summary>
public sealed class ApiKeyDay : ICustomerOwned
{
    /// <summary>How long the figures are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private ApiKeyDay()
    {
    }

    /// <summary>The key.</summary>
    public ApiKeyId ApiKeyId { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>The business day.</summary>
    public DateOnly Day { get; private set; }

    /// <summary>Requests.</summary>
    public long Calls { get; private set; }

    /// <summary>Of these, answered with status 400 or more.</summary>
    public long Failed { get; private set; }

    /// <summary>Figures of a key and day.</summary>
    public static ApiKeyDay Count(ApiKeyId key, CustomerId customer, DateOnly day, long calls, long failed) =>
        new() { ApiKeyId = key, CustomerId = customer, Day = day, Calls = calls, Failed = failed };
}

using System.Globalization;

namespace NadooIt.Web.Api;

/// <summary>The shape of a request is wrong; says of each field what.</summary>
internal sealed class InvalidRequest(string code, IReadOnlyDictionary<string, string[]> errors) : Exception(code)
{
    public string Code { get; } = code;

    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors;
}

/// <summary>A request cannot be read at all.</summary>
internal sealed class UnreadableRequest(int status, string code) : Exception(code)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}

/// <summary>Gathers what is wrong with a request, so that a client learns all of it at once.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> reasons = new(StringComparer.Ordinal);
    private readonly HashSet<string> codes = new(StringComparer.Ordinal);

    /// <summary>A reason with its limit filled in.</summary>
    public static string Sentence(string text, object limit) => string.Format(CultureInfo.CurrentCulture, text, limit);

    /// <summary>Adds a reason; the code counts only when nothing else is wrong.</summary>
    public void Add(string field, string reason, string code = ProblemCodes.Invalid)
    {
        if (!reasons.TryGetValue(field, out var list))
        {
            reasons[field] = list = [];
        }

        list.Add(reason);
        codes.Add(code);
    }

    /// <summary>What is wrong; null when nothing is.</summary>
    public InvalidRequest? Result => reasons.Count == 0 ? null : new InvalidRequest(
        codes.Count == 1 ? codes.Single() : ProblemCodes.Invalid,
        reasons.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal));

    /// <exception cref="InvalidRequest">Something is wrong.</exception>
    public void ThrowIfAny()
    {
        if (Result is { } invalid)
        {
            throw invalid;
        }
    }
}

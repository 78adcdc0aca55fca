namespace NadooIt.Domain.Kernel;

/// <summary>What kind of "no" it is; the HTTP API answers with the status that belongs to it.</summary>
public enum RefusalKind
{
    /// <summary>It does not exist, or not within the caller's reach (404).</summary>
    NotFound,

    /// <summary>It exists and the caller knows it, but may not do this (403).</summary>
    NotAllowed,

    /// <summary>It does not fit the present state (409).</summary>
    Conflict,

    /// <summary>A value is outside what the rules accept (422).</summary>
    Invalid,

    /// <summary>For the moment there is too much to do (503).</summary>
    Busy,
}

/// <summary>
/// An expected "no" of a rule. Each module lists its refusals beside its rules; the code is stable, is part of the
/// HTTP API and is the key of the German and the English sentence.
/// </summary>
/// <param name="Code">Stable, lower case, "thing.reason".</param>
/// <param name="Kind">Which kind of no.</param>
public sealed record Refusal(string Code, RefusalKind Kind);

/// <summary>Thrown when a rule says no. It is caught in two places only: the page base class and the API's handler.</summary>
public sealed class Refused(Refusal refusal, params object[] details) : Exception(refusal.Code)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;

    /// <summary>Values for the placeholders of the sentence, in order.</summary>
    public IReadOnlyList<object> Details { get; } = details;
}

/// <summary>Refusals that every module shares.</summary>
public static class CommonRefusals
{
    /// <summary>Unknown, or outside the caller's reach; nobody learns which.</summary>
    public static readonly Refusal NotFound = new("common.not_found", RefusalKind.NotFound);

    /// <summary>Somebody else changed the record in the meantime.</summary>
    public static readonly Refusal ChangedMeanwhile = new("common.changed_meanwhile", RefusalKind.Conflict);
}

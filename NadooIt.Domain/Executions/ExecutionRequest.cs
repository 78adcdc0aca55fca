using System.Security.Cryptography;
using System.Text;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Executions;

/// <summary>What a caller asks to be recorded.</summary>
/// <param name="Id">The identifier that the execution gets if it is new.</param>
/// <param name="CustomerProgram">What ran.</param>
/// <param name="Reference">The client's reference, 1 to 100 characters.</param>
/// <param name="TimeSaved">Seconds that the run saved; null for the customer program's default.</param>
/// <param name="OccurredAt">When it ran; null for now.</param>
/// <param name="OrderReference">The customer's order, up to 100 characters.</param>
/// <param name="Person">Who ran it.</param>
/// <param name="ApiKey">With which key; null by hand.</param>
/// <param name="RecordedAt">Now.</param>
public sealed record ExecutionRequest(
    ExecutionId Id,
    CustomerProgramId CustomerProgram,
    string Reference,
    long? TimeSaved,
    DateTimeOffset? OccurredAt,
    string? OrderReference,
    PersonId Person,
    ApiKeyId? ApiKey,
    DateTimeOffset RecordedAt)
{
    /// <summary>Longest reference, in characters.</summary>
    public const int LongestReference = 100;

    /// <summary>How far the clock of a client may run ahead.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>A digest of what the client decides, so that a repetition is recognised whatever changed here.</summary>
    public byte[] ContentHash()
    {
        var occurred = OccurredAt is { } at ? at.UtcTicks / TimeSpan.TicksPerMicrosecond : (long?)null;
        var text = FormattableString.Invariant($"{TimeSaved}|{occurred}|{OrderReference}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
    }
}

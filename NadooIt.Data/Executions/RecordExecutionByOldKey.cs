using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Executions;

/// <summary>
/// Records an execution for a program in the field that speaks the old API: the key and its owner's code are in the body.
/// It goes through the same writer and rules as the new API; only the answers are the old ones, in the old order
/// (reference section 4.4, with the defects that spec/http-api.md corrects).
/// </summary>
public sealed class RecordExecutionByOldKey(Access access, ExecutionWriter writer, NadooItDatabase database, ApiCall call, TimeProvider clock)
{
    /// <summary>What a client sends, as text; null where it sends nothing.</summary>
    /// <param name="Key">The API key, of this system or an imported one.</param>
    /// <param name="UserCode">The code of the key's owner.</param>
    /// <param name="Program">The customer program.</param>
    /// <param name="TimeSaved">Seconds; null or 0 for the customer program's default.</param>
    /// <param name="Reference">The client's reference; without one each call is a new execution.</param>
    public sealed record Input(string? Key, string? UserCode, string? Program, string? TimeSaved, string? Reference);

    /// <summary>Records, and returns when it is durable.</summary>
    /// <exception cref="Refused">Too much is waiting.</exception>
    public async Task<OldAnswer> RunAsync(Input input, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input.Key))
        {
            return OldAnswer.InvalidRequest;
        }

        await using var db = access.OpenForSystem("record for a caller of the old API");
        var now = clock.GetUtcNow();
        if (await OldCaller.FindAsync(db, input.Key, now, cancellationToken) is not { Keys.Count: > 0 } caller)
        {
            return OldAnswer.InvalidKey;
        }

        call.By(caller.Keys[0].Id, caller.Keys[0].CustomerId);
        if (!caller.IsCalled(input.UserCode))
        {
            return OldAnswer.WrongUserCode;
        }

        if (!caller.Owner.IsActive)
        {
            return OldAnswer.CallerInactive;
        }

        if (!Guid.TryParse(input.Program, out var id))
        {
            return OldAnswer.InvalidRequest;
        }

        var programId = new CustomerProgramId(id);
        var program = await db.CustomerPrograms.AsNoTracking().Include(found => found.TimeAccounts)
            .SingleOrDefaultAsync(found => found.Id == programId && found.DeactivatedAt == null, cancellationToken);
        if (program is null)
        {
            return OldAnswer.UnknownProgram;
        }

        var key = caller.Keys.FirstOrDefault(candidate => candidate.CustomerId == program.CustomerId);
        if (key is null || !caller.Employers.Contains(program.CustomerId))
        {
            return OldAnswer.NotEmployed;
        }

        // A program without any time account never worked in the old API; here it may run, through the new one.
        if (!TryReadSeconds(input.TimeSaved, out var saved) || program.TimeAccounts.Count == 0)
        {
            return OldAnswer.InvalidRequest;
        }

        call.By(key.Id, key.CustomerId);
        return await RecordAsync(caller, key, new(programId, input.Reference ?? $"old-{Guid.CreateVersion7(now):N}", saved, null, null), now, cancellationToken);
    }

    private async Task<OldAnswer> RecordAsync(OldCaller caller, ApiKey key, RecordExecutionByKey.Input input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var order = RecordExecutionByKey.OrderOf(new Caller(caller.Owner.Id, null, key.Id, null), input, now);
        try
        {
            await RecordExecutionByKey.RecordAsync(order, key.IsTest, writer, new(database, clock), cancellationToken);
            call.Ran(input.CustomerProgram);
            return OldAnswer.Created;
        }
        catch (Refused refused) when (refused.Refusal.Kind != RefusalKind.Busy)
        {
            // The book has the last word; what it says is told in the words of the old API.
            return AnswerTo(refused.Refusal);
        }
    }

    private static OldAnswer AnswerTo(Refusal refusal) =>
        refusal == ApiKeyRefusals.Invalid ? OldAnswer.InvalidKey
        : refusal == OwnershipRefusals.NotFound || refusal == OwnershipRefusals.Inactive ? OldAnswer.UnknownProgram
        : refusal == HrRefusals.NotRunning ? OldAnswer.NotEmployed
        : OldAnswer.InvalidRequest;

    /// <summary>Whole seconds; nothing and 0 mean the default, which is null.</summary>
    private static bool TryReadSeconds(string? text, out long? seconds)
    {
        seconds = null;
        if (text is null)
        {
            return true;
        }

        var isWhole = long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number);
        seconds = number == 0 ? null : number;
        return isWhole && number >= 0;
    }
}

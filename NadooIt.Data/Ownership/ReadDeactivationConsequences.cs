using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>What stops when a customer program is deactivated, to be shown before.</summary>
public sealed class ReadDeactivationConsequences(Access access, TimeProvider clock)
{
    /// <summary>How far back "used lately" looks.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(30);

    /// <summary>What stops.</summary>
    /// <param name="ExecutionsLately">Executions of the last 30 days.</param>
    /// <param name="LastRunAt">When it ran last; null when it never did.</param>
    /// <param name="KeysForItOnly">API keys that are limited to it and can do nothing afterwards.</param>
    /// <param name="OtherKeys">Further API keys of the customer that may run it.</param>
    public sealed record Result(long ExecutionsLately, DateTimeOffset? LastRunAt, int KeysForItOnly, int OtherKeys);

    /// <summary>Counts.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(CustomerProgramId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.DeactivateCustomerPrograms, cancellationToken);
        var customer = await db.CustomerPrograms.Where(program => program.Id == id).Select(program => (CustomerId?)program.CustomerId)
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(OwnershipRefusals.NotFound);
        var now = clock.GetUtcNow();
        var from = BusinessTime.DayOf(now - Lately);
        var lately = await db.ExecutionDays
            .Where(day => day.CustomerId == customer && day.CustomerProgramId == id && day.Day >= from)
            .SumAsync(day => day.Count, cancellationToken);
        var last = await db.Executions.Where(execution => execution.CustomerId == customer && execution.CustomerProgramId == id)
            .MaxAsync(execution => (DateTimeOffset?)execution.OccurredAt, cancellationToken);
        var keys = await db.ApiKeys.AsNoTracking().Where(key => key.CustomerId == customer && key.RevokedAt == null).ToListAsync(cancellationToken);
        var valid = keys.Where(key => key.IsValidAt(now) && key.Abilities.Contains(Ability.RunPrograms)).ToList();
        return new(
            lately, last,
            valid.Count(key => key.CustomerPrograms is [var only] && only == id),
            valid.Count(key => key.CustomerPrograms.Length == 0 || (key.CustomerPrograms.Length > 1 && key.CustomerPrograms.Contains(id))));
    }
}

using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>One API key with what it may do, and what stops when it is revoked.</summary>
public sealed class ReadApiKey(Access access, TimeProvider clock)
{
    /// <summary>How far back runs are counted.</summary>
    public static readonly TimeSpan CountedSpan = TimeSpan.FromDays(30);

    private const int MostOfLine = 20;

    /// <summary>The key.</summary>
    /// <param name="Key">The record; the secret is not in it.</param>
    /// <param name="CustomerName">Where it works.</param>
    /// <param name="OwnerName">For whom it acts.</param>
    /// <param name="OwnerIsEmployed">Whether the owner's contract runs; without it the key is refused.</param>
    /// <param name="CreatedByName">Who made it.</param>
    /// <param name="RevokedByName">Who revoked it.</param>
    /// <param name="InForce">The abilities of the key that the owner holds right now.</param>
    /// <param name="Programs">The customer programs it is limited to; empty for all.</param>
    /// <param name="Runs">Runs of the last 30 days by customer program, most first.</param>
    /// <param name="Days">Requests of the last 30 business days, oldest first, days without any included.</param>
    /// <param name="LastProgram">What it ran last.</param>
    /// <param name="Line">The other keys of its line, newest first: what it replaced and what replaced it.</param>
    /// <param name="DaysCounted">Over how many business days runs and requests are averaged: 30, fewer for a younger key.</param>
    public sealed record Output(
        ApiKey Key, string CustomerName, string OwnerName, bool OwnerIsEmployed, string CreatedByName, string? RevokedByName,
        IReadOnlyList<Ability> InForce, IReadOnlyList<Named> Programs, IReadOnlyList<ProgramRuns> Runs, IReadOnlyList<Day> Days, string? LastProgram,
        IReadOnlyList<ApiKey> Line, int DaysCounted)
    {
        /// <summary>What would stop each day if the key were revoked: runs that are recorded with it.</summary>
        public long RunsADay => ADay(Runs.Sum(run => run.Count));

        /// <summary>What would fail each day: requests.</summary>
        public long CallsADay => ADay(Days.Sum(day => day.Calls));

        // Something that happens is never shown as nothing.
        private long ADay(long all) => all == 0 ? 0 : Math.Max(1, (all + (DaysCounted / 2)) / DaysCounted);
    }

    /// <summary>Requests of one business day.</summary>
    /// <param name="On">The day.</param>
    /// <param name="Calls">Requests.</param>
    /// <param name="Failed">Of these, answered with status 400 or more.</param>
    public sealed record Day(DateOnly On, long Calls, long Failed);

    /// <summary>A customer program by its name.</summary>
    public sealed record Named(CustomerProgramId Id, string Name);

    /// <summary>How often a customer program ran with the key.</summary>
    public sealed record ProgramRuns(CustomerProgramId Id, string Name, long Count);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">There is none within reach.</exception>
    public async Task<Output> RunAsync(ApiKeyId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewApiKeys, cancellationToken);
        var key = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken)
            ?? throw new Refused(ApiKeyRefusals.NotFound);
        var now = clock.GetUtcNow();
        var customer = await db.Customers.Where(candidate => candidate.Id == key.CustomerId).Select(candidate => candidate.Name).SingleAsync(cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.PersonId == key.OwnerId && contract.CustomerId == key.CustomerId).ToListAsync(cancellationToken);
        var held = await OwnerAbilities.AtAsync(access, key.OwnerId, key.CustomerId, now, cancellationToken);

        var since = now - CountedSpan;
        await using var ledger = key.IsTest ? access.TestLedgerOf(db) : null;
        var counts = await (ledger ?? db).Executions
            .Where(execution => execution.CustomerId == key.CustomerId && execution.OccurredAt >= since && execution.ApiKeyId == id)
            .GroupBy(execution => execution.CustomerProgramId)
            .Select(group => new { Program = group.Key, Count = group.LongCount() })
            .ToListAsync(cancellationToken);
        var wanted = key.CustomerPrograms.Concat(counts.Select(count => count.Program)).Append(key.LastUsedProgramId ?? default).Distinct().ToList();
        var names = await db.CustomerPrograms.Where(program => wanted.Contains(program.Id))
            .Select(program => new { program.Id, db.Programs.First(entry => entry.Id == program.ProgramId).Name })
            .ToDictionaryAsync(program => program.Id, program => program.Name, cancellationToken);
        var people = new[] { key.OwnerId, key.CreatedBy, key.RevokedBy ?? key.CreatedBy };
        var who = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var line = await db.ApiKeys.AsNoTracking()
            .Where(candidate => candidate.Id != id && (candidate.Id == key.Line || candidate.OriginId == key.Line))
            .OrderByDescending(candidate => candidate.CreatedAt).ThenByDescending(candidate => candidate.Id).Take(MostOfLine).ToListAsync(cancellationToken);
        var today = BusinessTime.DayOf(now);
        return new(
            key, customer, who[key.OwnerId], contracts.Any(contract => contract.IsRunningOn(today)), who[key.CreatedBy],
            key.RevokedBy is { } by ? who[by] : null,
            [.. key.Abilities.Where(held.Contains)],
            [.. key.CustomerPrograms.Select(program => new Named(program, names[program]))],
            [.. counts.OrderByDescending(count => count.Count).Select(count => new ProgramRuns(count.Program, names[count.Program], count.Count))],
            await DaysAsync(db, id, today, cancellationToken),
            key.LastUsedProgramId is { } last ? names.GetValueOrDefault(last) : null, line, DaysOf(key, today));
    }

    private static int DaysOf(ApiKey key, DateOnly today) => Math.Clamp(today.DayNumber - BusinessTime.DayOf(key.CreatedAt).DayNumber + 1, 1, (int)CountedSpan.TotalDays);

    private static async Task<IReadOnlyList<Day>> DaysAsync(NadooItDb db, ApiKeyId id, DateOnly today, CancellationToken cancellationToken)
    {
        var first = today.AddDays(1 - (int)CountedSpan.TotalDays);
        var counted = await db.ApiKeyDays.AsNoTracking().Where(day => day.ApiKeyId == id && day.Day >= first)
            .ToDictionaryAsync(day => day.Day, cancellationToken);
        return
        [
            .. Enumerable.Range(0, (int)CountedSpan.TotalDays).Select(first.AddDays)
                .Select(day => counted.TryGetValue(day, out var of) ? new Day(day, of.Calls, of.Failed) : new Day(day, 0, 0)),
        ];
    }
}

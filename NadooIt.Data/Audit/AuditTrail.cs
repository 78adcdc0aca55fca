using System.Diagnostics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Notices;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Audit;

/// <summary>Turns what is about to be saved into audit entries of the same transaction.</summary>
internal static class AuditTrail
{
    // Records that are a trail themselves, or change with every request.
    private static readonly HashSet<Type> NotAudited =
    [
        typeof(AuditEntry), typeof(AuditLink), typeof(AuditHead), typeof(Session), typeof(PasskeyCeremony), typeof(ServerSecret), typeof(DataProtectionKey), typeof(AttemptCount), typeof(Transfer), typeof(LedgerAccount), typeof(Execution), typeof(CustomerProgramProgress), typeof(ExecutionDay), typeof(ExecutionMonth),
        typeof(Notice), typeof(ApiRequest), typeof(ApiKeyDay), typeof(LowBalance), typeof(BudgetWarning), typeof(BalanceCheck), typeof(WebhookDelivery), typeof(RenewalReminder),
    ];

    /// <summary>A page reads again with each live update; that is one visit.</summary>
    private static readonly TimeSpan OneVisit = TimeSpan.FromMinutes(15);

    // Secrets, keys and codes never enter the trail.
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "UserCode", "Hash", "TokenHash", "CredentialId", "PublicKey", "PrivateKey", "AttestationObject", "ClientDataJson", "SignCount", "State", "SecretHash", "Secret", "PreviousSecret", Columns.Version,
    };

    public static async Task AddAsync(NadooItDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = db.ChangeTracker.Entries()
            .Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .Where(entry => entry.Entity is ICustomerOwned or IPersonOwned or IShared && !NotAudited.Contains(entry.Metadata.ClrType))
            .ToList();
        if (changed.Count == 0)
        {
            NameContracts(db);
            return;
        }

        var home = db.ChangeTracker.Entries<Customer>().FirstOrDefault(entry => entry.Entity.IsOperator)?.Entity.Id
            ?? await db.OperatorIdAsync(cancellationToken);
        var entries = changed.Select(entry => Describe(entry, home, db.Fence, now)).ToList();

        // Rows are inserted in the order of their ids. Customer by customer, so that two transactions never wait for each
        // other's chains in a circle; within a customer as things were done.
        var ids = Enumerable.Range(0, entries.Count).Select(_ => NewId.At<AuditEntryId>(now)).OrderBy(id => id.Value);
        db.AddRange(entries.OrderBy(entry => entry.CustomerId.Value).Zip(ids, (entry, id) => entry with { Id = id }));
        NameContracts(db);
    }

    /// <summary>Notes that the caller has read something, once for each visit, and saves it.</summary>
    public static async Task AddReadingAsync(NadooItDb db, Reading reading, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var caller = db.Fence.Caller;
        var (reader, visit) = (caller?.Person, now - OneVisit);
        var isKnown = await db.AuditEntries.AnyAsync(
            entry => entry.Subject == reading.Subject && entry.SubjectId == reading.SubjectId && entry.Action == "read" && entry.PersonId == reader && entry.At > visit, cancellationToken);
        if (isKnown)
        {
            return;
        }

        db.Add(new AuditEntry(
            NewId.At<AuditEntryId>(now), now, reader, caller?.ApiKey, db.Fence.Ability, db.Fence.Purpose, caller?.Address,
            reading.Customer, reading.Subject, reading.SubjectId, "read", null, reading.What, Activity.Current?.TraceId.ToString()));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Says under which contract, also in entries that a use case wrote itself.</summary>
    private static void NameContracts(NadooItDb db)
    {
        foreach (var entry in db.ChangeTracker.Entries<AuditEntry>().Where(entry => entry.State == EntityState.Added && entry.Entity.ContractId is null))
        {
            entry.Property(added => added.ContractId).CurrentValue = db.Fence.ContractAt(entry.Entity.CustomerId);
        }
    }

    private static AuditEntry Describe(EntityEntry entry, CustomerId home, Fence fence, DateTimeOffset now)
    {
        var customer = entry.Entity is ICustomerOwned owned ? owned.CustomerId : home;
        var key = string.Join(' ', entry.Metadata.FindPrimaryKey()!.Properties.Select(property => entry.Property(property.Name).CurrentValue));
        var (action, before, after) = entry.State switch
        {
            EntityState.Added => ("created", null, Values(entry, property => property.CurrentValue, _ => true)),
            EntityState.Deleted => ("deleted", Values(entry, property => property.OriginalValue, _ => true), null),
            _ => ("changed", Values(entry, property => property.OriginalValue, property => property.IsModified), Values(entry, property => property.CurrentValue, property => property.IsModified)),
        };
        return new AuditEntry(
            NewId.At<AuditEntryId>(now), now, fence.Caller?.Person, fence.Caller?.ApiKey, fence.Ability, fence.Purpose, fence.Caller?.Address,
            customer, entry.Metadata.ClrType.Name, key, action, before, after, Activity.Current?.TraceId.ToString());
    }

    private static string Values(EntityEntry entry, Func<PropertyEntry, object?> value, Func<PropertyEntry, bool> include) =>
        JsonSerializer.Serialize(entry.Properties
            .Where(property => !LeftOut.Contains(property.Metadata.Name) && include(property))
            .ToDictionary(property => property.Metadata.Name, property => Text(value(property))));

    private static string? Text(object? value) => value switch
    {
        null => null,
        DateTimeOffset instant => instant.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        System.Collections.IEnumerable list and not string => string.Join(", ", list.Cast<object>()),
        IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// Throws away the test ledger of a customer; the next test execution begins with what the customer has then. Test data are no
/// facts, so this is no exception to the rule that facts stay. The audit trail keeps that it was done.
/// </summary>
public sealed class DeleteTestExecutions(Access access, TimeProvider clock)
{
    /// <summary>The kind of record in the audit trail.</summary>
    public const string AuditSubject = "TestData";

    /// <summary>Throws it away.</summary>
    /// <returns>How many test executions there were.</returns>
    /// <exception cref="Refused">The customer lies outside, or the caller has neither a test key there nor the right to make keys.</exception>
    public async Task<int> RunAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPrograms, cancellationToken);
        var me = access.Caller.Person;
        if (!await db.Customers.AnyAsync(found => found.Id == customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var makesKeys = db.Fence.Grants.Of(Ability.CreateApiKeys).Includes(customer);
        if (!makesKeys && !await db.ApiKeys.AnyAsync(key => key.CustomerId == customer && key.OwnerId == me && key.IsTest, cancellationToken))
        {
            throw new Refused(ApiKeyRefusals.TestDataNotOwned);
        }

        await using var test = access.TestLedgerOf(db);
        await using var transaction = await test.Database.BeginTransactionAsync(cancellationToken);
        var count = await test.Executions.CountAsync(execution => execution.CustomerId == customer, cancellationToken);
        await test.EmptyTestLedgerAsync(customer, cancellationToken);
        var now = clock.GetUtcNow();
        db.Add(new AuditEntry(
            NewId.At<AuditEntryId>(now), now, me, access.Caller.ApiKey, Ability.RunPrograms, null, access.Caller.Address, customer, AuditSubject,
            customer.ToString(), "deleted", string.Create(CultureInfo.InvariantCulture, $$"""{"Executions": "{{count}}"}"""), null,
            System.Diagnostics.Activity.Current?.TraceId.ToString()));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return count;
    }
}

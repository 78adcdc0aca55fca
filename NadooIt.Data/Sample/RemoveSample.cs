#pragma warning disable RS0030, EF1002 // This file is named as one of the few that speak SQL: millions of rows go in one action, and only constants are inserted.
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Sample;

/// <summary>
/// Removes everything that is marked as sample, in one transaction. It is the one exception to the rule that business
/// facts are never deleted, since sample data are no facts; the audit trail keeps that it was there.
/// </summary>
public sealed class RemoveSample(Access access, TimeProvider clock)
{
    // What hangs on a customer, in an order that no foreign key objects to.
    private static readonly string[] OfCustomers =
    [
        "webhook_delivery", "webhook_endpoint", "low_balance", "budget_warning", "budget", "execution_day", "execution_month", "status_record", "complaint_step", "complaint", "execution", "execution_order", "transfer", "ledger_account", "customer_program_progress", "customer_program_terms_change",
        "drawn_time_account", "customer_program", "time_account", "api_request", "api_key_day", "api_key", "access_request", "period_extension", "renewal_reminder", "taken_ability", "role_ability", "role_contract", "employee_contract", "address",
    ];

    /// <summary>What was removed.</summary>
    public sealed record Result(int Customers, int People, int Programs);

    /// <summary>Removes.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        // The door says whether; what goes lies with people too, whom the ability alone does not show.
        await using (await access.OpenAsync(Ability.RunPlatform, cancellationToken))
        {
        }

        await using var db = access.OpenForSystem("remove sample data");
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var table in OfCustomers)
        {
            await db.Database.ExecuteSqlRawAsync($"DELETE FROM {table} WHERE customer_id IN (SELECT id FROM customer WHERE is_sample)", cancellationToken);
        }

        var customers = await db.Database.ExecuteSqlAsync($"DELETE FROM customer WHERE is_sample", cancellationToken);
        foreach (var table in new[] { "security_key", "session", "enrolment", "key_recovery", "notice" })
        {
            await db.Database.ExecuteSqlRawAsync($"DELETE FROM {table} WHERE person_id IN (SELECT id FROM person WHERE {LonelySample})", cancellationToken);
        }

        var people = await db.Database.ExecuteSqlRawAsync($"DELETE FROM person WHERE {LonelySample}", cancellationToken);
        await db.Database.ExecuteSqlRawAsync($"DELETE FROM program_dependency WHERE program_id IN (SELECT id FROM catalogue_program WHERE {UnusedSample})", cancellationToken);
        var programs = await db.Database.ExecuteSqlRawAsync($"DELETE FROM catalogue_program WHERE {UnusedSample}", cancellationToken);
        db.Add(new AuditEntry(
            NewId.At<AuditEntryId>(clock.GetUtcNow()), clock.GetUtcNow(), access.Caller.Person, null, Ability.RunPlatform, null, access.Caller.Address,
            await db.OperatorIdAsync(cancellationToken), "SampleData", "all", "deleted", null, null, System.Diagnostics.Activity.Current?.TraceId.ToString()));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(customers, people, programs);
    }

    // A sample person or program that real data have come to use stays.
    private const string LonelySample = "is_sample AND NOT EXISTS (SELECT 1 FROM employee_contract WHERE person_id = person.id)";

    private const string UnusedSample =
        "is_sample AND NOT EXISTS (SELECT 1 FROM customer_program WHERE program_id = catalogue_program.id)"
        + " AND NOT EXISTS (SELECT 1 FROM program_dependency JOIN catalogue_program AS other ON other.id = program_dependency.program_id"
        + " WHERE depends_on_id = catalogue_program.id AND NOT other.is_sample)";
}

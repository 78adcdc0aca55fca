using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Sample;

/// <summary>How much sample data there is, to be shown before it is removed.</summary>
public sealed class CountSample(Access access)
{
    /// <summary>The counts.</summary>
    public sealed record Result(int Customers, int People, int Programs, long Executions);

    /// <summary>Counts.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        var customers = db.Customers.Where(customer => customer.IsSample);
        return new(
            await customers.CountAsync(cancellationToken),
            await db.People.CountAsync(person => person.IsSample, cancellationToken),
            await db.Programs.CountAsync(program => program.IsSample, cancellationToken),
            await db.ExecutionDays.Where(day => customers.Any(customer => customer.Id == day.CustomerId)).SumAsync(day => day.Count, cancellationToken));
    }
}

using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Home;

/// <summary>What the operator of a new installation has done and what is next, from the first customer to the first execution.</summary>
public sealed class ReadFirstSteps(Access access)
{
    /// <summary>Which steps are done, anywhere in the installation.</summary>
    /// <param name="HasCustomer">A customer beside the operator.</param>
    /// <param name="HasProgram">A program in the catalogue.</param>
    /// <param name="HasCustomerProgram">A customer program.</param>
    /// <param name="HasTimeAccount">A time account.</param>
    /// <param name="HasApiKey">An API key.</param>
    /// <param name="HasExecution">An execution.</param>
    public sealed record Result(bool HasCustomer, bool HasProgram, bool HasCustomerProgram, bool HasTimeAccount, bool HasApiKey, bool HasExecution)
    {
        /// <summary>Whether nothing is left to do.</summary>
        public bool AreDone => HasCustomer && HasProgram && HasCustomerProgram && HasTimeAccount && HasApiKey && HasExecution;
    }

    /// <summary>Reads; for who creates customers.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomers, cancellationToken);
        return new(
            await db.Customers.AnyAsync(customer => !customer.IsOperator, cancellationToken),
            await db.Programs.AnyAsync(cancellationToken),
            await db.CustomerPrograms.AnyAsync(cancellationToken),
            await db.TimeAccounts.AnyAsync(cancellationToken),
            await db.ApiKeys.AnyAsync(cancellationToken),
            await db.Executions.AnyAsync(cancellationToken));
    }
}

using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Programs;

namespace NadooIt.Data.Ownership;

/// <summary>
/// Makes a program of the catalogue a customer program, with everything that recording its executions needs: its
/// place on the ladder and the account of what the customer has to pay for it.
/// </summary>
public sealed class CreateCustomerProgram(Access access, TimeProvider clock)
{
    /// <summary>What is created.</summary>
    /// <param name="Customer">For whom.</param>
    /// <param name="Program">An active program of the catalogue.</param>
    /// <param name="Terms">What it charges and accepts; a fixed price needs the ability to keep prices.</param>
    /// <param name="TimeAccounts">The customer's open time accounts to draw from, in order; possibly none.</param>
    public sealed record Input(CustomerId Customer, ProgramId Program, TermsInput Terms, IReadOnlyList<TimeAccountId> TimeAccounts);

    /// <summary>Creates it and returns its id, by which the HTTP API names it.</summary>
    /// <exception cref="Refused">Customer, program or account is unknown or closed, or the terms are not acceptable.</exception>
    public async Task<CustomerProgramId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        var now = clock.GetUtcNow();
        var customer = await db.Customers.SingleOrDefaultAsync(customer => customer.Id == input.Customer, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        if (customer.ArchivedAt is not null)
        {
            throw new Refused(CrmRefusals.Archived);
        }

        var program = await db.Programs.SingleOrDefaultAsync(program => program.Id == input.Program, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        if (program.RetiredAt is not null)
        {
            throw new Refused(ProgramRefusals.Retired);
        }

        await db.CheckDrawnAsync(customer.Id, input.TimeAccounts, [], cancellationToken);
        var terms = input.Terms.Checked(null, TermsInput.MayPrice(db.Fence.Grants, customer.Id));

        var created = CustomerProgram.Create(customer.Id, program.Id, terms, now);
        created.DrawFrom(input.TimeAccounts);
        db.AddRange(
            created,
            CustomerProgramProgress.None(created.Id, customer.Id),
            LedgerAccount.Open(new LedgerAccountId(created.Id.Value), customer.Id, LedgerAccountKind.Receivable),
            TermsHistory.Entry(created, now, access.Caller.Person));
        await db.SaveChangesAsync(cancellationToken);
        return created.Id;
    }
}

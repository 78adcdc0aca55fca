using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>What the list of executions can be filtered by: the caller's customers, and programs and people of one of them.</summary>
public sealed class ListExecutionChoices(Access access)
{
    /// <summary>Most choices of one kind.</summary>
    public const int Most = 500;

    /// <summary>Choices.</summary>
    /// <param name="Customers">Customers within reach, by name.</param>
    /// <param name="Programs">Customer programs of the chosen customer, or of the only one.</param>
    /// <param name="People">People who work or worked for that customer.</param>
    public sealed record Result(
        IReadOnlyList<Choice<CustomerId>> Customers, IReadOnlyList<Choice<CustomerProgramId>> Programs, IReadOnlyList<Choice<PersonId>> People);

    /// <summary>One choice.</summary>
    public sealed record Choice<TId>(TId Id, string Name);

    /// <summary>Lists.</summary>
    /// <param name="chosen">The customer that is chosen already.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<Result> RunAsync(CustomerId? chosen, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var customers = await db.Customers.OrderBy(customer => customer.Name).ThenBy(customer => customer.Id).Take(Most)
            .Select(customer => new Choice<CustomerId>(customer.Id, customer.Name)).ToListAsync(cancellationToken);
        if ((chosen ?? (customers is [var only] ? only.Id : null)) is not { } customerId)
        {
            return new(customers, [], []);
        }

        var programs = await (
            from customerProgram in db.CustomerPrograms
            where customerProgram.CustomerId == customerId
            join program in db.Programs on customerProgram.ProgramId equals program.Id
            orderby program.Name, customerProgram.Id
            select new Choice<CustomerProgramId>(customerProgram.Id, program.Name)).Take(Most).ToListAsync(cancellationToken);
        var people = await db.People
            .Where(person => db.EmployeeContracts.Any(contract => contract.PersonId == person.Id && contract.CustomerId == customerId))
            .OrderBy(person => person.DisplayName).ThenBy(person => person.Id).Take(Most)
            .Select(person => new Choice<PersonId>(person.Id, person.DisplayName)).ToListAsync(cancellationToken);
        return new(customers, programs, people);
    }
}

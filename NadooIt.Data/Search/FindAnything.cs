using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Crm;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Data.Ownership;
using NadooIt.Data.Programs;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Search;

/// <summary>What a search can find.</summary>
public enum FoundKind
{
    /// <summary>A customer.</summary>
    Customer,

    /// <summary>A person's contract with a customer.</summary>
    Employee,

    /// <summary>A person, for those who look after the security keys.</summary>
    Person,

    /// <summary>A program of the catalogue.</summary>
    Program,

    /// <summary>A customer's program.</summary>
    CustomerProgram,

    /// <summary>A time account.</summary>
    TimeAccount,

    /// <summary>An execution, by its identifier.</summary>
    Execution,
}

/// <summary>
/// Finds by a name, a user code or an identifier what the caller may open anyway: each kind is asked through the list
/// that shows it, so that a search never knows more than its lists.
/// </summary>
public sealed class FindAnything(
    Access access,
    ListCustomers listCustomers,
    ListEmployees listEmployees,
    ListPeople listPeople,
    ListPrograms listPrograms,
    ListCustomerPrograms listCustomerPrograms,
    ListTimeAccounts listTimeAccounts)
{
    /// <summary>Shorter texts find nothing.</summary>
    public const int ShortestText = 2;

    /// <summary>What was found.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Id">Its identifier.</param>
    /// <param name="Title">Its name.</param>
    /// <param name="Detail">What tells it from others of the same name, for instance its customer.</param>
    public sealed record Found(FoundKind Kind, Guid Id, string Title, string? Detail);

    /// <summary>What to find.</summary>
    /// <param name="Text">Part of a name or user code, or a whole identifier; less than <see cref="ShortestText"/> signs find nothing.</param>
    /// <param name="MostOfEachKind">1 to <see cref="PageRequest.LargestSize"/>.</param>
    public sealed record Input(string? Text, int MostOfEachKind);

    /// <summary>Finds.</summary>
    public async Task<IReadOnlyList<Found>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        if (!await access.IsSignedInAsync(cancellationToken))
        {
            throw new NotSignedIn();
        }

        var text = input.Text?.Trim() ?? "";
        if (text.Length < ShortestText)
        {
            return [];
        }

        var grants = await access.GrantsAsync(cancellationToken);
        if (Guid.TryParse(text, out var id))
        {
            return grants.Holds(Ability.ViewExecutions) ? await FindExecutionAsync(new(id), cancellationToken) : [];
        }

        var first = new PageRequest(Size: input.MostOfEachKind);
        var found = new List<Found>();
        if (grants.Holds(Ability.SeeCustomer))
        {
            found.AddRange((await listCustomers.RunAsync(new(text, true, first), cancellationToken)).Rows
                .Select(row => new Found(FoundKind.Customer, row.Id.Value, row.Name, null)));
        }

        if (grants.Holds(Ability.ViewEmployees))
        {
            found.AddRange((await listEmployees.RunAsync(new(null, text, true, first), cancellationToken)).Rows
                .Select(row => new Found(FoundKind.Employee, row.Id.Value, row.DisplayName, row.CustomerName)));
        }

        if (grants.Holds(Ability.ViewKeys))
        {
            found.AddRange((await listPeople.RunAsync(new(text, true, first), cancellationToken)).Rows
                .Select(row => new Found(FoundKind.Person, row.Id.Value, row.DisplayName, row.UserCode.Display)));
        }

        if (grants.Holds(Ability.ViewPrograms))
        {
            found.AddRange((await listPrograms.RunAsync(new(text, true, first), cancellationToken)).Rows
                .Select(row => new Found(FoundKind.Program, row.Id.Value, row.Name, null)));
        }

        if (grants.Holds(Ability.ViewCustomerPrograms))
        {
            found.AddRange((await listCustomerPrograms.RunAsync(new(null, null, true, text, first), cancellationToken)).Page.Rows
                .Select(row => new Found(FoundKind.CustomerProgram, row.Id.Value, row.ProgramName, row.CustomerName)));
        }

        if (grants.Holds(Ability.ViewTimeAccounts))
        {
            found.AddRange((await listTimeAccounts.RunAsync(new(null, true, false, text, first), cancellationToken)).Page.Rows
                .Select(row => new Found(FoundKind.TimeAccount, row.Id.Value, row.Name, row.CustomerName)));
        }

        return found;
    }

    private async Task<IReadOnlyList<Found>> FindExecutionAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        return await db.Executions.Where(execution => execution.Id == id)
            .Join(db.Customers, execution => execution.CustomerId, customer => customer.Id,
                (execution, customer) => new Found(FoundKind.Execution, execution.Id.Value, execution.Reference, customer.Name))
            .ToListAsync(cancellationToken);
    }
}

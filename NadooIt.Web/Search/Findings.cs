using System.Globalization;
using NadooIt.Data.Search;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Search;

/// <summary>One line of what a search shows.</summary>
/// <param name="Group">The kind of thing, in the reader's language.</param>
/// <param name="Icon">A symbol of icons.svg.</param>
/// <param name="Title">Its name.</param>
/// <param name="Detail">What tells it from others of the same name.</param>
/// <param name="Address">Where it is.</param>
public sealed record Finding(string Group, string Icon, string Title, string? Detail, string Address);

/// <summary>Turns what a search found into lines that lead somewhere, the places of the navigation first.</summary>
public static class Findings
{
    /// <summary>The places whose name contains the text.</summary>
    public static IEnumerable<Finding> Places(string? text, Grants grants)
    {
        var wanted = text?.Trim() ?? "";
        return wanted.Length < FindAnything.ShortestText ? [] : NavigationMap.Items
            .Where(item => item.IsFor(grants) && Contains(item.Title(), wanted))
            .Select(item => new Finding(Texts.Places, item.Icon, item.Title(), null, item.Address));
    }

    /// <summary>The line of one thing.</summary>
    public static Finding Of(FindAnything.Found found)
    {
        var (group, icon, address) = found.Kind switch
        {
            FoundKind.Customer => (Shared.Texts.Customers, "building", Addresses.Customer(new(found.Id))),
            FoundKind.Employee => (Shared.Texts.Employees, "people", Addresses.Employee(new(found.Id))),
            FoundKind.Person => (Shared.Texts.SecurityKeys, "key", Addresses.Person(new(found.Id))),
            FoundKind.Program => (Shared.Texts.Programs, "program", Addresses.Program(new(found.Id))),
            FoundKind.CustomerProgram => (Shared.Texts.CustomerPrograms, "customer-program", Addresses.CustomerProgram(new(found.Id))),
            FoundKind.TimeAccount => (Shared.Texts.TimeAccounts, "time-account", Addresses.TimeAccount(new(found.Id))),
            FoundKind.Execution => (Shared.Texts.Executions, "execution", Addresses.Execution(new(found.Id))),
            _ => throw new ArgumentOutOfRangeException(nameof(found), found.Kind, "Nothing of this kind is shown."),
        };
        return new(group, icon, found.Title, found.Detail, address);
    }

    private static bool Contains(string title, string text) =>
        CultureInfo.CurrentCulture.CompareInfo.IndexOf(title, text, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;
}

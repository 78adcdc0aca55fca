using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace NadooIt.Web.Shared;

/// <summary>
/// The customer that somebody has narrowed the lists to. The address of a list says it; a detail page does not, so the
/// last list's answer is kept until another list is opened. It only pre-fills filters and never widens what is shown.
/// </summary>
public sealed class ChosenCustomer(NavigationManager navigation)
{
    private Guid? last;

    /// <summary>The chosen customer's identifier; null for all.</summary>
    public Guid? Read()
    {
        var uri = new Uri(navigation.Uri);
        if (NavigationMap.Items.Any(item => item.IsPerCustomer && item.Address == uri.AbsolutePath))
        {
            last = QueryHelpers.ParseQuery(uri.Query).TryGetValue("customer", out var text) && Guid.TryParse(text, out var id) ? id : null;
        }

        return last;
    }
}

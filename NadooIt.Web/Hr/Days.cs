using System.Globalization;
using NadooIt.Domain.Hr;

namespace NadooIt.Web.Hr;

/// <summary>Days and states of contracts as people read them.</summary>
internal static class Days
{
    /// <summary>The day.</summary>
    public static string Text(DateOnly day) => day.ToString("d", CultureInfo.CurrentCulture);

    /// <summary>The last day, or that there is none.</summary>
    public static string Until(DateOnly? day) => day is { } last ? Text(last) : Texts.OpenEnd;

    /// <summary>Where a contract stands.</summary>
    public static string Text(ContractState state) => state switch
    {
        ContractState.Running => Texts.StateRunning,
        ContractState.NotStarted => Texts.StateNotStarted,
        ContractState.Expired => Texts.StateExpired,
        _ => Texts.StateEnded,
    };

    /// <summary>The badge that goes with a state.</summary>
    public static string Badge(ContractState state) => state switch
    {
        ContractState.Running => "badge badge-success",
        ContractState.NotStarted => "badge badge-info",
        _ => "badge",
    };
}

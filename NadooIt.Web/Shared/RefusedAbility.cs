using NadooIt.Domain.Hr;

namespace NadooIt.Web.Shared;

/// <summary>What a refused request lacked, kept with the request for the page that says so.</summary>
/// <param name="Ability">What is missing.</param>
/// <param name="WhoCanGive">Display names of those who could give it.</param>
internal sealed record RefusedAbility(Ability Ability, IReadOnlyList<string> WhoCanGive);

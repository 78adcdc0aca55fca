using System.Globalization;

namespace NadooIt.Bench;

/// <summary>What the command line says, as <c>--name value</c>.</summary>
internal sealed class Options(string[] arguments)
{
    public string Text(string name, string usual) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : usual;

    public int Number(string name, int usual) =>
        int.Parse(Text(name, usual.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    public TimeSpan Seconds(string name, int usual) => TimeSpan.FromSeconds(Number(name, usual));
}

namespace NadooIt.Data.Sample;

/// <summary>Names that sound like companies, people and programs, and belong to none.</summary>
internal static class SampleNames
{
    public const string Reason = "Beispieldaten";
    public const string KeyName = "Belegerfassung";
    public const string Purchase = "Jahreskontingent";

    public const string TopUp = "Aufstockung";

    public static readonly string[] Accounts = ["Jahreskontingent", "Reserve"];

    public static readonly (string Name, string Description)[] Programs =
    [
        ("Rechnungen erfassen", "Liest eingehende Rechnungen und legt sie mit Konto und Kostenstelle zur Freigabe vor."),
        ("Angebote schreiben", "Stellt ein Angebot aus Preisliste, Kundendaten und Textbausteinen zusammen."),
        ("Lieferscheine abgleichen", "Vergleicht Lieferscheine mit Bestellungen und meldet Abweichungen."),
        ("Stundenzettel auswerten", "Prüft Stundenzettel auf Lücken und rechnet sie in die Lohnvorbereitung um."),
        ("Mahnungen vorbereiten", "Findet überfällige Posten und bereitet die passende Mahnstufe vor."),
        ("Stammdaten pflegen", "Gleicht Adressen und Bankverbindungen zwischen zwei Systemen ab."),
        ("Monatsbericht erstellen", "Füllt den Monatsbericht aus Buchhaltung und Zeiterfassung."),
        ("Bewerbungen sortieren", "Ordnet eingehende Bewerbungen der Stelle zu und bestätigt den Eingang."),
    ];

    private static readonly string[] Founders =
    [
        "Albers", "Brandt", "Clasen", "Dorn", "Ebert", "Falk", "Gerlach", "Hansen", "Iversen", "Jansen", "Kranz", "Lorenz", "Marten", "Nolte", "Ohlsen", "Petri",
        "Quast", "Reimers", "Sander", "Thoms", "Ullrich", "Voss", "Wendt", "Zander",
    ];

    private static readonly string[] Trades =
    [
        "Metallbau", "Logistik", "Steuerberatung", "Druckerei", "Gebäudetechnik", "Großhandel", "Möbelwerk", "Feinkost", "Labortechnik", "Spedition", "Bauplanung", "Optik",
    ];

    private static readonly string[] Forms = ["GmbH", "AG", "KG", "GmbH & Co. KG", "OHG"];
    private static readonly string[] FirstNames = ["Anna", "Ben", "Carla", "David", "Elif", "Finn", "Greta", "Hannes", "Ida", "Jonas", "Klara", "Levin", "Mia", "Nico", "Olga", "Paul"];

    /// <summary>The company with a number; names repeat only after 288, and then carry the number.</summary>
    public static string Company(int number)
    {
        var (founder, trade) = (Founders[number % Founders.Length], Trades[number / Founders.Length % Trades.Length]);
        var again = number >= Founders.Length * Trades.Length ? $" {number}" : "";
        return $"{founder} {trade}{again} {Forms[number % Forms.Length]}";
    }

    /// <summary>The person with a number.</summary>
    public static string Person(int number) =>
        $"{FirstNames[number % FirstNames.Length]} {Founders[(number * 7 + 3) % Founders.Length]}";
}

using System.Text.RegularExpressions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>What no file of the project may hold, and which files may speak SQL.</summary>
public sealed partial class FilesTests
{
    /// <summary>The files that speak SQL past the mapping, each with a reason in it.</summary>
    private static readonly string[] SqlFiles =
    [
        "NadooIt.Data/ApiKeys/ApiCallSql.cs",
        "NadooIt.Data/Audit/AuditVerifier.cs",
        "NadooIt.Data/Executions/BookReader.cs",
        "NadooIt.Data/Executions/BookWriter.cs",
        "NadooIt.Data/Hr/HrMapping.cs",
        "NadooIt.Data/Kernel/DatabaseAccounts.cs",
        "NadooIt.Data/Kernel/FenceConnection.cs",
        "NadooIt.Data/Kernel/LiveUpdates.cs",
        "NadooIt.Data/Kernel/RawSql.cs",
        "NadooIt.Data/Kernel/RecordingNotices.cs",
        "NadooIt.Data/Kernel/Standing.cs",
        "NadooIt.Data/People/PeopleMapping.cs",
        "NadooIt.Data/Sample/RemoveSample.cs",
    ];

    /// <summary>The files that lift a banned symbol, each with a reason in it.</summary>
    private static readonly string[] FilesWithBannedSymbols =
    [
        "NadooIt.Data/ApiKeys/ApiCallSql.cs",
        "NadooIt.Data/Kernel/RawSql.cs",
        "NadooIt.Data/Sample/RemoveSample.cs",
    ];

    /// <summary>The files that ask what the caller may do before they open a context, or without one.</summary>
    private static readonly string[] FilesThatAskTheDoor =
    [
        "NadooIt.Data/Executions/VisibleExecutions.cs",
        "NadooIt.Data/Kernel/Access.cs",
        "NadooIt.Data/Search/FindAnything.cs",
    ];

    private static readonly string[] TextEndings =
        [".cs", ".razor", ".resx", ".css", ".js", ".md", ".json", ".yml", ".csproj", ".props", ".targets", ".sh", ".sql", ".txt", "", ".editorconfig"];

    // Put together here, so that this file does not hold them itself.
    private static readonly string[] BannedWords =
    [
        "TO" + "DO", "FIX" + "ME", "HA" + "CK:", "NotImplemented" + "Exception", "lorem " + "ipsum",
        "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", @"C:\" + "Users",
        "<<<<" + "<<< ", ">>>>" + ">>> ",
    ];

    private static IEnumerable<string> Texts => Repository.Files.Where(file => TextEndings.Contains(Path.GetExtension(file)));

    [Fact]
    public void No_file_holds_unfinished_work_or_the_path_of_a_machine()
    {
        Texts.Count().ShouldBeGreaterThan(100);
        var found =
            from file in Texts
            let text = Repository.Read(file)
            from word in BannedWords
            where text.Contains(word, StringComparison.Ordinal)
            select $"{file}: {word}";

        found.ShouldBeEmpty();
    }

    [Fact]
    public void SQL_is_spoken_in_the_named_files_only() =>
        Code().Where(file => SpeaksSql().IsMatch(Repository.Read(file))).ShouldBe(SqlFiles, ignoreOrder: true);

    /// <summary>A connection that a context holds already must not wait for a second one of the same pool, and asks nothing twice.</summary>
    [Fact]
    public void Whoever_holds_a_context_asks_its_grants_and_not_the_door_again() =>
        Code().Where(file => file.StartsWith("NadooIt.Data/", StringComparison.Ordinal) && AsksTheDoor().IsMatch(Repository.Read(file)))
            .ShouldBe(FilesThatAskTheDoor, ignoreOrder: true);

    [Fact]
    public void Banned_symbols_are_lifted_in_the_named_files_only_and_with_a_reason()
    {
        var lifting = Code().Where(file => Repository.Read(file).Contains("RS0030", StringComparison.Ordinal)).ToList();

        lifting.ShouldBe(FilesWithBannedSymbols, ignoreOrder: true);
        lifting.ShouldAllBe(file => Reason().IsMatch(Repository.Read(file)));
    }

    [Fact]
    public void No_test_is_skipped() =>
        Repository.Files.Where(file => file.StartsWith("NadooIt.Tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => SkippedTest().IsMatch(Repository.Read(file))).ShouldBeEmpty();

    /// <summary>The code that serves people; the private cluster talks to a database of its own before there is a schema.</summary>
    private static IEnumerable<string> Code() => Repository.Files.Where(file =>
        file.EndsWith(".cs", StringComparison.Ordinal)
        && (file.StartsWith("NadooIt.Data/", StringComparison.Ordinal) || file.StartsWith("NadooIt.Web/", StringComparison.Ordinal))
        && !file.StartsWith("NadooIt.Data/Embedded/", StringComparison.Ordinal)
        && !file.StartsWith("NadooIt.Data/Migrations/", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(NpgsqlBatch|NpgsqlCommand|NpgsqlConnection|CreateCommand|OpenConnectionAsync|ToSqlQuery|SqlQuery\w*|ExecuteSql\w*|FromSql\w*)\s*[<(]|\bNpgsqlBatch\b|\bNpgsqlConnection\b")]
    private static partial Regex SpeaksSql();

    [GeneratedRegex(@"\b(GrantsAsync|IsSignedInAsync)\(")]
    private static partial Regex AsksTheDoor();

    [GeneratedRegex("#pragma warning disable [^/\n]*RS0030[^/\n]*// .{20,}")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\[(Fact|Theory)\([^\]]*Skip\w*\s*=")]
    private static partial Regex SkippedTest();
}

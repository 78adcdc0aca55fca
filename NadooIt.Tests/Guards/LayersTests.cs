using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using NadooIt.Web;

namespace NadooIt.Tests.Guards;

/// <summary>Who may know whom: the rules know nothing, the pages know no database.</summary>
public sealed class LayersTests
{
    /// <summary>The one file of the pages that knows the database's exceptions, to tell "away" from "broken".</summary>
    private const string FileThatKnowsFaults = "NadooIt.Web/Shared/DatabaseFaults.cs";

    private static readonly string[] FaultTypes = ["DbUpdateException", "NpgsqlException", "PostgresException"];

    private static readonly string[] DatabaseAssemblies = ["Npgsql", "Microsoft.EntityFrameworkCore"];

    [Fact]
    public void The_rules_reference_nothing_but_the_framework()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var references = typeof(Refused).Assembly.GetReferencedAssemblies();

        references.ShouldNotBeEmpty();
        references.ShouldAllBe(reference => File.Exists(Path.Combine(framework, reference.Name + ".dll")));
        Repository.Read("NadooIt.Domain/NadooIt.Domain.csproj").ShouldNotContain("Reference");
    }

    [Fact]
    public void The_pages_reference_no_type_of_the_database_but_its_exceptions() =>
        TypesOfTheDatabase(typeof(App).Assembly).ShouldBe(FaultTypes, ignoreOrder: true);

    [Fact]
    public void The_guard_sees_such_references_where_they_are() =>
        TypesOfTheDatabase(typeof(Access).Assembly).ShouldContain("DbContext");

    [Fact]
    public void Only_one_file_of_the_pages_names_the_database()
    {
        var naming = Repository.Files
            .Where(file => file.StartsWith("NadooIt.Web/", StringComparison.Ordinal) && Path.GetExtension(file) is ".cs" or ".razor")
            .Where(file => file.StartsWith("NadooIt.Web/", StringComparison.Ordinal) && DatabaseAssemblies.Any(name => Repository.Read(file).Contains($"using {name}", StringComparison.Ordinal)));

        naming.ShouldBe([FileThatKnowsFaults]);
    }

    [Fact]
    public void The_database_context_is_visible_to_tests_only()
    {
        typeof(NadooItDb).IsVisible.ShouldBeFalse();
        typeof(NadooItDb).Assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName)
            .ShouldBe(["NadooIt.Tests"]);
    }

    private static List<string> TypesOfTheDatabase(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. from handle in metadata.TypeReferences
               let type = metadata.GetTypeReference(handle)
               where type.ResolutionScope.Kind == HandleKind.AssemblyReference
               let name = metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
               where DatabaseAssemblies.Any(start => name.StartsWith(start, StringComparison.Ordinal))
               select metadata.GetString(type.Name),
        ];
    }
}

using System.Text.RegularExpressions;
using NadooIt.Tests.Support;
using NadooIt.Web.Hosting;
using YamlDotNet.RepresentationModel;

namespace NadooIt.Tests.Deploy;

/// <summary>
/// What the files for containers promise, as far as it can be read without a container engine: fixed versions, no
/// root, nothing writable that need not be, a health check on everything, secrets as files, and only settings that exist.
/// </summary>
public sealed partial class ComposeFilesTests
{
    // Not the application's: what the images of PostgreSQL and the proxy's own file read.
    private static readonly string[] SettingsOfOthers =
        ["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "NADOOIT_HOST"];

    public static TheoryData<string, string> Services() => new(
        from file in new[] { "docker-compose-dev.yml", "docker-compose-deploy.yml" }
        from service in Compose.Read(file).Services
        select (file, service.Name));

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_runs_a_fixed_version_without_root_and_without_a_writable_system(string file, string name)
    {
        var service = Compose.Read(file).Service(name);

        service.Text("image").ShouldNotBeNull().ShouldMatch(FixedVersion);
        service.Text("user").ShouldNotBeNull().ShouldNotMatch("^(root|0)(:|$)");
        service.Text("read_only").ShouldBe("true");
        service.List("cap_drop").ShouldBe(["ALL"]);
        service.List("cap_add").ShouldBeEmpty();
        service.List("security_opt").ShouldContain("no-new-privileges:true");
        service.Text("privileged").ShouldBeNull();
        service.Text("network_mode").ShouldBeNull();
        service.List("volumes").ShouldAllBe(volume => !volume.Contains("docker.sock"));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_watched_restarted_and_limited(string file, string name)
    {
        var service = Compose.Read(file).Service(name);

        var check = service.Node.Children[new YamlScalarNode("healthcheck")].ShouldBeOfType<YamlMappingNode>();
        Nodes.List(check, "test").ShouldNotBeEmpty();
        Nodes.List(check, "test")[0].ShouldBe("CMD", "images without a shell run the check too");
        Nodes.Find(check, "timeout").ShouldNotBeNull();
        service.Text("restart").ShouldBe("unless-stopped");
        var resources = (YamlMappingNode)service.Map("deploy")["resources"];
        Nodes.Map(resources, "limits").Keys.ShouldBe(["cpus", "memory", "pids"], ignoreOrder: true);
    }

    [Fact]
    public void The_nodes_are_given_only_settings_that_the_application_reads()
    {
        var web = Compose.Read("docker-compose-deploy.yml").Service("web");
        var known = Settings.All.Select(setting => setting.Name).ToList();

        web.Environment.Keys.Concat(web.SecretFiles).ShouldBeSubsetOf(known);
        web.SecretFiles.ShouldContain("ConnectionStrings__NadooIt");
        web.Environment.Keys.ShouldNotContain("ConnectionStrings__NadooIt", "a password belongs into a file");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Other_services_are_given_only_what_their_images_read(string file, string name)
    {
        if (name != "web")
        {
            Compose.Read(file).Service(name).Environment.Keys.ShouldBeSubsetOf(SettingsOfOthers);
        }
    }

    [Fact]
    public void Passwords_of_a_deployment_are_files_that_are_not_checked_in()
    {
        var compose = Compose.Read("docker-compose-deploy.yml");
        var files = compose.Map("secrets").Values.Select(secret => ((YamlScalarNode)Nodes.Find((YamlMappingNode)secret, "file")!).Value!).ToList();
        var made = SecretMade().Matches(Repository.Read("deploy/make-secrets")).Select(match => "deploy/secrets/" + match.Groups[1].Value);

        files.ShouldBe(made, ignoreOrder: true);
        Repository.Read(".gitignore").ShouldContain("deploy/secrets/");
        compose.Services.SelectMany(service => service.Environment).ShouldAllBe(pair => !pair.Key.EndsWith("PASSWORD", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_proxy_is_reachable_and_only_nodes_reach_the_database()
    {
        var compose = Compose.Read("docker-compose-deploy.yml");

        compose.Service("proxy").List("ports").ShouldBe(["80:8080", "443:8443"]);
        compose.Service("web").List("ports").ShouldBeEmpty();
        compose.Service("database").List("ports").ShouldBeEmpty();
        compose.Service("database").List("networks").ShouldBe(["data"]);
        compose.Service("proxy").List("networks").ShouldNotContain("data");
        foreach (var inner in new[] { "pages", "data" })
        {
            ((YamlScalarNode)Nodes.Find((YamlMappingNode)compose.Map("networks")[inner], "internal")!).Value.ShouldBe("true");
        }

        Compose.Read("docker-compose-dev.yml").Service("database").List("ports").ShouldBe(["127.0.0.1:5432:5432"]);
    }

    [Fact]
    public void The_nodes_believe_exactly_the_network_that_they_share_with_the_proxy()
    {
        var compose = Compose.Read("docker-compose-deploy.yml");
        var address = (YamlMappingNode)Nodes.Find((YamlMappingNode)compose.Map("networks")["pages"], "ipam")!;
        var subnet = ((YamlSequenceNode)Nodes.Find(address, "config")!).Children.ShouldHaveSingleItem().ShouldBeOfType<YamlMappingNode>();

        compose.Service("web").Environment[Settings.Proxies].ShouldBe(((YamlScalarNode)Nodes.Find(subnet, "subnet")!).Value);
    }

    [Fact]
    public void The_proxy_reaches_the_nodes_where_they_listen_and_keeps_a_visitor_on_one()
    {
        var port = Compose.Read("docker-compose-deploy.yml").Service("web").Environment["ASPNETCORE_HTTP_PORTS"];
        var proxy = Repository.Read("deploy/proxy/Caddyfile");

        proxy.ShouldMatch($@"dynamic a \{{\s+name web\s+port {port}\s");
        proxy.ShouldContain("lb_policy cookie ");
        proxy.ShouldContain("http_port 8080");
        proxy.ShouldContain("https_port 8443");
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("deploy/proxy/Dockerfile")]
    public void An_image_is_built_on_fixed_versions_and_ends_without_root(string file)
    {
        var lines = Repository.Read(file).Split('\n', StringSplitOptions.TrimEntries);
        var bases = lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToList();

        bases.ShouldNotBeEmpty();
        bases.ShouldAllBe(image => Regex.IsMatch(image, FixedVersion));
        lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)).ShouldMatch(@"^USER [1-9]\d*");
        lines.ShouldContain(line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_image_is_given_only_settings_that_the_application_reads_and_starts_it()
    {
        var text = Repository.Read("Dockerfile");
        var settings = Regex.Matches(text, @"^ENV (\w+)=", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();

        settings.ShouldNotBeEmpty();
        settings.ShouldBeSubsetOf(Settings.All.Select(setting => setting.Name));
        text.ShouldContain($"ENTRYPOINT [\"dotnet\", \"{typeof(Settings).Assembly.GetName().Name}.dll\"]");
        Commands.FindAlone(["health"]).ShouldNotBeNull("the health check of the image asks for it");
        foreach (var copied in Regex.Matches(text, @"^COPY (?!--from)(.+) \S+$", RegexOptions.Multiline).SelectMany(match => match.Groups[1].Value.Split(' ')))
        {
            (File.Exists(Path.Combine(Repository.Root, copied)) || Directory.Exists(Path.Combine(Repository.Root, copied))).ShouldBeTrue(copied);
        }
    }

    /// <summary>A tag with at least a number in it, and never one that moves by its nature.</summary>
    private const string FixedVersion = @"^[a-z0-9./-]+:(?!.*latest)(\d+(\.\d+)*)(-[a-z0-9.-]+)?$";

    [GeneratedRegex(@"^keep (\w+) ", RegexOptions.Multiline)]
    private static partial Regex SecretMade();
}

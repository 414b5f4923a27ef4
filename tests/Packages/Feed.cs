using LisNative.Tests.Data;

namespace LisNative.Tests.Packages;

/// <summary>
/// The packages of what was built, in a feed of their own, and folders in which projects restore from it. Nothing reaches the user's own
/// package cache.
/// </summary>
public sealed class Feed : IDisposable
{
    /// <summary>NativeAOT's link command takes no space.</summary>
    private readonly TemporaryFolder folder = new(plain: true);

    private readonly Lazy<string> packages;

    /// <summary>Packages that were fetched before are read where they are.</summary>
    private readonly Lazy<string> known =
        new(() => Dotnet(Repository.Root, "nuget", "locals", "global-packages", "--list").Split(": ", 2)[1].Trim());

    /// <summary>Nothing is packed before it is asked for.</summary>
    public Feed() => packages = new(() =>
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        Dotnet(Repository.Root, "pack", "LisNative.sln", "-c", configuration, "--no-build", "-o", folder["feed"]);
        return folder["feed"];
    });

    internal string Packages => packages.Value;

    public void Dispose() => folder.Dispose();

    /// <summary>A folder whose projects restore from the feed.</summary>
    internal string Project(string name, params (string File, string Text)[] files)
    {
        string path = Directory.CreateDirectory(folder[name]).FullName;
        File.WriteAllText(Path.Combine(path, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{folder["cache"]}" /></config>
              <packageSources><add key="built here" value="{Packages}" /></packageSources>
              <fallbackPackageFolders><add key="fetched before" value="{known.Value}" /></fallbackPackageFolders>
            </configuration>
            """);
        foreach (var (file, text) in files)
        {
            File.WriteAllText(Path.Combine(path, file), text);
        }

        return path;
    }

    /// <summary>The output of the .NET command line, which must succeed.</summary>
    internal static string Dotnet(string folder, params string[] arguments)
    {
        var (code, output, error) = Child.Run(folder, "dotnet", arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)}: {output}{error}");
        return output;
    }
}

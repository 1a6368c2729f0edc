namespace TransferLearning.Tests.BackboneCatalog;

public sealed class CacheFolderTests
{
    [Fact]
    public void The_option_overrides_the_environment_which_overrides_the_system()
    {
        string option = Path.GetFullPath("weights");
        string home = Path.GetFullPath("home");

        Assert.Equal(option, CacheFolder.Resolve("weights", Environment(("TRANSFERLEARNING_HOME", home))));
        Assert.Equal(home, CacheFolder.Resolve(null, Environment(("TRANSFERLEARNING_HOME", home), ("XDG_CACHE_HOME", "/x"))));
        Assert.Equal(home, CacheFolder.Resolve(" ", Environment(("TRANSFERLEARNING_HOME", home))));
    }

    [Fact]
    public void On_linux_the_base_directory_specification_is_followed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the folder of Linux");

        Assert.Equal("/x/transferlearning", CacheFolder.Resolve(null, Environment(("XDG_CACHE_HOME", "/x"), ("HOME", "/home/ada"))));
        Assert.Equal("/home/ada/.cache/transferlearning", CacheFolder.Resolve(null, Environment(("HOME", "/home/ada"))));
        Assert.Equal(
            "/home/ada/.cache/transferlearning",
            CacheFolder.Resolve(null, Environment(("XDG_CACHE_HOME", "relative"), ("HOME", "/home/ada"))));
    }

    [Fact]
    public void No_home_is_an_error_with_the_remedy()
    {
        var error = Assert.Throws<WeightStorageException>(() => CacheFolder.Resolve(null, Environment()));

        Assert.Contains("Set TRANSFERLEARNING_HOME", error.Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}

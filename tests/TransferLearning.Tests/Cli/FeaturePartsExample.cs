using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>The features of drawn images and of a damaged one, in two parts in a folder 'out'.</summary>
public sealed class FeaturePartsExample : IAsyncLifetime
{
    /// <summary>The number of images of each class.</summary>
    public const int PerClass = 6;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of the images, one folder for each class.</summary>
    public string Images => _folder.File("images");

    /// <summary>The folder of the parts.</summary>
    public string Parts => _folder.File("out");

    public async ValueTask InitializeAsync()
    {
        DrawnImages.Draw(Images, PerClass, seed: 5);
        File.WriteAllText(Path.Combine(Images, DrawnImages.Classes[0], "text.jpg"), "no image");
        foreach (int shard in (int[])[0, 1])
        {
            var run = await CliRun.RunAsync(
                "features", Images, "--backbone", Backbones.TinyResNet.Name, "-o", Parts, "--shard", $"{shard}/2", "--row-group-size", "4");
            Assert.Equal(0, run.ExitCode);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

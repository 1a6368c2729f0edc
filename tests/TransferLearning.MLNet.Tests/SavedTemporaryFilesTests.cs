using Microsoft.ML;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>Saving and loading pass the network through files, which must not stay behind.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class SavedTemporaryFilesTests(DrawnExample example)
{
    /// <summary>The network of the embedded backbone without its top has five million bytes; other files of the system are small.</summary>
    private const int Large = 1_000_000;

    [Fact]
    public void Nothing_stays_in_the_temporary_folder()
    {
        using var folder = new TemporaryFolder();
        string zip = folder.File("model.zip");
        var ml = new MLContext(seed: 1);
        var rows = ml.TransferLearning.LoadImageFolder(example.Images);
        using var model = ml.TransferLearning.FeaturizeImages("Features", "ImagePath", Backbones.TinyResNet).Fit(rows);
        var before = LargeFiles();
        for (int i = 0; i < 2; i++)
            ml.Model.Save(model, rows.Schema, zip);
        ((IDisposable)new MLContext().Model.Load(zip, out _)).Dispose();
        Assert.DoesNotContain(LargeFiles(), file => !before.Contains(file) && !file.StartsWith(folder.Path, StringComparison.Ordinal));
    }

    private static HashSet<string> LargeFiles() =>
    [
        .. new DirectoryInfo(Path.GetTempPath())
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true })
            .Select(file => file.FullName)
            .Where(file => new FileInfo(file) is { Exists: true, Length: > Large }),
    ];
}

using System.Diagnostics;
using TransferLearning.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

/// <summary>What took long to compute is not lost because of the place it should go to.</summary>
public sealed class OutputTests
{
    [Fact]
    public void A_result_that_cannot_be_written_where_it_should_is_saved_elsewhere()
    {
        using var folder = new TemporaryFolder();
        string wanted = folder.File("model.onnx");
        var tried = new List<string>();
        string saved = OutputFile.SaveOrRescue(wanted, path =>
        {
            tried.Add(path);
            if (tried.Count < 3)
                throw new IOException("No space left on device");
            File.WriteAllText(path, "model");
        });
        Assert.Equal(wanted, tried[0]);
        Assert.Equal(folder.Path, Path.GetDirectoryName(tried[1]));
        Assert.Equal((tried[2], "model"), (saved, File.ReadAllText(saved)));
        Assert.StartsWith(Path.GetTempPath(), saved, StringComparison.Ordinal);
        File.Delete(saved);
        Assert.Throws<UnauthorizedAccessException>(() => OutputFile.SaveOrRescue(wanted, _ => throw new UnauthorizedAccessException()));
    }

    [Fact]
    public void A_file_that_is_mounted_on_its_own_is_written_in_place()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.onnx"), source = folder.File("outside.onnx");
        File.WriteAllText(file, "");
        File.WriteAllText(source, "old");
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "--bind", source, file) == 0, "may not mount a file here");
        try
        {
            AtomicFile.Write(file, stream => stream.Write("new"u8));
            Assert.Equal("new", File.ReadAllText(source));
            Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        }
        finally
        {
            Assert.Equal(0, Run("umount", file));
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

namespace TransferLearning.Tests.Faults;

/// <summary>A control group of Linux whose processes get half a core together; only root may make one.</summary>
internal sealed class QuotaGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private const string VersionOne = Root + "/cpu";

    private readonly string _folder;

    private QuotaGroup(string folder) => _folder = folder;

    /// <summary>A process joins by writing its number to this file.</summary>
    public string Processes => Path.Combine(_folder, "cgroup.procs");

    public static QuotaGroup OfHalfACore()
    {
        bool two = File.Exists(Path.Combine(Root, "cgroup.controllers"));
        Assert.SkipUnless(two || Directory.Exists(VersionOne), "needs control groups");
        string folder = Path.Combine(two ? Root : VersionOne, $"transferlearning-test-{Guid.NewGuid():N}");
        try
        {
            if (two && !File.ReadAllText(Path.Combine(Root, "cgroup.subtree_control")).Contains("cpu", StringComparison.Ordinal))
                File.WriteAllText(Path.Combine(Root, "cgroup.subtree_control"), "+cpu");
            Directory.CreateDirectory(folder);
            if (two)
                File.WriteAllText(Path.Combine(folder, "cpu.max"), "50000 100000");
            else
                File.WriteAllText(Path.Combine(folder, "cpu.cfs_quota_us"), "50000");
            return new QuotaGroup(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            Assert.Skip($"may not make a control group here: {error.Message}");
            throw;
        }
    }

    /// <summary>A group whose processes have ended is removed like an empty folder.</summary>
    public void Dispose() => Directory.Delete(_folder);
}

namespace TransferLearning;

/// <summary>How far a download is.</summary>
/// <param name="FileName">The file that is fetched.</param>
/// <param name="BytesReceived">The bytes that are on disk, those of an earlier attempt included.</param>
/// <param name="TotalBytes">The size of the whole file in bytes.</param>
public readonly record struct DownloadProgress(string FileName, long BytesReceived, long TotalBytes)
{
    /// <summary>The share that is done, 0–1.</summary>
    public double Fraction => (double)BytesReceived / TotalBytes;
}

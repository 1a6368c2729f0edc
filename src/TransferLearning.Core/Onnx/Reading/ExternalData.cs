using Google.Protobuf;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Brings weights that a model keeps in files beside it into the message. A model file can come from anywhere, so only regular files inside
/// the model's own folder are read: no absolute path, no <c>..</c>, no link on the way.
/// </summary>
internal static class ExternalData
{
    /// <summary>Reads one tensor's data if it lies outside the message.</summary>
    /// <param name="tensor">The tensor; afterwards it holds its data itself.</param>
    /// <param name="owner">What messages call the tensor.</param>
    /// <param name="folder">The model's folder; null where the model did not come from a file.</param>
    /// <param name="budget">The bytes that may still be read, so that the whole stays under the format's limit.</param>
    /// <exception cref="OnnxGraphException">The place is outside the folder, or the file is missing or too short.</exception>
    public static void Load(TensorProto tensor, string owner, string? folder, ref long budget)
    {
        if (tensor.DataLocation != TensorProto.Types.DataLocation.External)
            return;
        if (folder is null)
            throw new OnnxGraphException($"{owner} keeps its data in another file; load the model with OnnxModel.Load from its folder.");

        string location = Entry(tensor, "location")
            ?? throw new OnnxGraphException($"{owner} keeps its data in another file but does not say which.");
        long bytes = TensorContent.ByteCount(tensor, owner)
            ?? throw new OnnxGraphException($"{owner} keeps text in another file, which the format does not allow.");
        long offset = Number(tensor, "offset", owner) ?? 0;
        long length = Number(tensor, "length", owner) ?? bytes;
        if (length != bytes)
            throw new OnnxGraphException($"{owner} needs {bytes} bytes, but its entry in '{location}' is {length} bytes long.");
        if (bytes > budget)
            throw new OnnxGraphException(
                $"{owner} brings the model over the limit of {ModelLimits.MaxBytes} bytes that one model may have in memory.");

        budget -= bytes;
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(Read(Resolve(folder, location, owner), offset, (int)bytes, owner, location));
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
    }

    private static string Resolve(string folder, string location, string owner)
    {
        string[] parts = location.Split('/', '\\');
        bool isOdd = location.Contains('\0') || location.Contains(':') || parts.Any(part => part is "" or "." or "..");
        if (isOdd || Path.IsPathRooted(location))
            throw new OnnxGraphException($"{owner} points to '{location}', outside the model's folder; such a file is not read.");

        string path = folder;
        foreach (string part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
                throw new OnnxGraphException($"{owner} points to '{location}', which is a link; put the file itself beside the model.");
        }

        return path;
    }

    private static byte[] Read(string path, long offset, int length, string owner, string location)
    {
        // A pipe or device has the length 0: it is refused here, before opening it could block.
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new OnnxGraphException($"{owner} needs the file '{location}' beside the model, which is absent.");
        if (offset > file.Length || length > file.Length - offset)
            throw new OnnxGraphException($"{owner} needs {length} bytes at {offset} of '{location}', which has {file.Length} bytes.");
        if (length == 0)
            return [];

        using var handle = File.OpenHandle(path);
        byte[] data = GC.AllocateUninitializedArray<byte>(length);
        for (int done = 0; done < length;)
        {
            int read = RandomAccess.Read(handle, data.AsSpan(done), offset + done);
            if (read == 0)
                throw new OnnxGraphException($"'{location}' ended while {owner} was being read.");
            done += read;
        }

        return data;
    }

    private static long? Number(TensorProto tensor, string key, string owner)
    {
        if (Entry(tensor, key) is not { } text)
            return null;
        if (!long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long value))
            throw new OnnxGraphException($"{owner} has the {key} '{text}' for its data in another file, which is not a size.");
        return value;
    }

    private static string? Entry(TensorProto tensor, string key)
    {
        foreach (var entry in tensor.ExternalData)
        {
            if (entry.Key == key)
                return entry.Value;
        }

        return null;
    }
}

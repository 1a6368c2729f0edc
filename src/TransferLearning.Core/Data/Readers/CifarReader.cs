using System.Globalization;

namespace TransferLearning;

/// <summary>
/// Reads a folder of the binary version of CIFAR-10 or CIFAR-100: records of one label (CIFAR-10) or a coarse and a fine label (CIFAR-100),
/// then 32 × 32 red, green and blue bytes.
/// </summary>
internal sealed class CifarReader(string folder, bool coarseLabels, ImageFolderOptions options, DatasetReading reading)
{
    private const int Side = 32;
    private const int ImageLength = 3 * Side * Side;

    /// <summary>Reads the files.</summary>
    public ImageDataset Read()
    {
        DatasetFolder.Require(folder, "the binary version of CIFAR");
        string[] batches = [.. Directory.GetFiles(folder, "data_batch_*.bin").Order(StringComparer.Ordinal)];
        bool hundred = batches.Length == 0 && File.Exists(In("train.bin"));
        if (batches.Length == 0 && !hundred)
        {
            throw new DatasetException(
                $"'{folder}' has neither 'data_batch_1.bin' (CIFAR-10) nor 'train.bin' (CIFAR-100); give the folder of the binary " +
                    "version.");
        }

        bool coarse = hundred && coarseLabels;
        int classCount = coarse ? 20 : hundred ? 100 : 10;
        string[] names = Names(hundred ? coarse ? "coarse_label_names.txt" : "fine_label_names.txt" : "batches.meta.txt", classCount);
        string test = In(hundred ? "test.bin" : "test_batch.bin");
        var builder = new DatasetBuilder(Path.GetFileName(folder), folder, options, reading);
        foreach (string file in hundred ? [In("train.bin")] : batches)
            Add(builder, file, hundred ? 2 : 1, hundred && !coarse ? 1 : 0, names.Length, DatasetPart.Train);
        bool hasTest = File.Exists(test);
        if (hasTest)
            Add(builder, test, hundred ? 2 : 1, hundred && !coarse ? 1 : 0, names.Length, DatasetPart.Test);
        return builder.Build(names, splitValidation: true, splitTest: !hasTest);
    }

    private string In(string name) => Path.Combine(folder, name);

    /// <summary>The class names; the label numbers when the file of names is missing.</summary>
    private string[] Names(string file, int count)
    {
        if (!File.Exists(In(file)))
            return [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        string[] names = [.. File.ReadLines(In(file)).Take(count + 1).Select(line => line.Trim()).Where(line => line.Length > 0)];
        ClassNames.ThrowIfAmbiguous(names, folder);
        // A smaller dataset in the same format may have fewer classes.
        return names.Length <= count && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? names
            : throw new DatasetException($"'{In(file)}' must have up to {count} different class names, one a line.");
    }

    private void Add(DatasetBuilder builder, string path, int labelCount, int labelAt, int classCount, DatasetPart part)
    {
        reading.CountFile();
        int recordLength = labelCount + ImageLength;
        long length = new FileInfo(path).Length;
        if (length == 0 || length % recordLength != 0 || length > Array.MaxLength)
        {
            long end = length / recordLength * recordLength;
            string expected = FormattableString.Invariant($"{recordLength} are expected after offset {end}");
            throw new DatasetException(
                FormattableString.Invariant($"'{path}' has {length} bytes, but {expected}; it is cut off or of another kind."));
        }

        byte[] data = File.ReadAllBytes(path);
        for (int i = 0; i < data.Length / recordLength; i++)
        {
            int at = i * recordLength;
            int label = data[at + labelAt];
            if (label >= classCount)
            {
                string found = FormattableString.Invariant($"the label {label} at offset {at + labelAt}");
                throw new DatasetException(FormattableString.Invariant(
                    $"'{path}' has {found}, where 0 to {classCount - 1} is expected; the file is damaged or of another kind."));
            }

            string position = i.ToString(CultureInfo.InvariantCulture);
            var image = new RawImage(data, at + labelCount, Side, Side, planes: 3);
            builder.Add(new FoundFile($"{path}#{position}", $"{Path.GetFileName(path)}#{position}", image), label, part);
        }
    }
}

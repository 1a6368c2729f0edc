// A console application that knows the package only. One process trains and saves, another one loads and scores:
//   draw  PICTURES                                      draws pictures into train/CLASS and valid/CLASS
//   train PICTURES MODEL.zip SCORES [BACKBONE.onnx]     writes the scores of the pictures in valid
//   score PICTURES MODEL.zip SCORES ACCURACY            fails when a score differs, or when fewer are right
using System.Globalization;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["draw", var pictures]:
        GlyphPictures.Draw(Path.Combine(pictures, "train"), perClass: 24, seed: 1);
        GlyphPictures.Draw(Path.Combine(pictures, "valid"), perClass: 8, seed: 2);
        return 0;
    case ["train", var pictures, var model, var scores, .. var rest]:
        Training.Run(pictures, model, scores, rest is [var backbone] ? backbone : null);
        return 0;
    case ["score", var pictures, var model, var scores, var accuracy]:
        return Scoring.Run(pictures, model, scores, double.Parse(accuracy, CultureInfo.InvariantCulture));
    default:
        Console.Error.WriteLine("draw, train or score");
        return 2;
}

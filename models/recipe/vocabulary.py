import lzma,json,random,sys
from tokenizers import Tokenizer,models,normalizers,pre_tokenizers,trainers,decoders
D='/work/shared/data/'
def rows(f):
    for l in lzma.open(D+f,'rt',encoding='utf-8'): yield json.loads(l)
def texts():
    spec=[('text/news.jsonl.xz',None),('text/china_headlines.jsonl.xz',None),('topics/rss.jsonl.xz',None),('topics/allsides.jsonl.xz',12000),('topics/dailymail2020.jsonl.xz',8000),('topics/annotated_train.jsonl.xz',None),('summaries/cnndm_train.jsonl.xz',10000)]
    for f,n in spec:
        for i,r in enumerate(rows(f)):
            if n and i>=n: break
            yield ((r.get('title') or '')+'\n'+(r.get('text') or ''))[:3000]
t=Tokenizer(models.WordPiece(unk_token='[UNK]',max_input_chars_per_word=64))
t.normalizer=normalizers.BertNormalizer(clean_text=True,handle_chinese_chars=True,strip_accents=True,lowercase=True)
t.pre_tokenizer=pre_tokenizers.BertPreTokenizer()
t.decoder=decoders.WordPiece()
tr=trainers.WordPieceTrainer(vocab_size=int(sys.argv[1]),min_frequency=5,limit_alphabet=400,special_tokens=['[PAD]','[UNK]'],show_progress=False)
t.train_from_iterator(texts(),tr)
t.save(sys.argv[2],pretty=False)
v=t.get_vocab();print(len(v));
e=t.encode("Prosecutors in Reykjavík said the quarterbacks' lawsuits over U.S. sanctions cost $4.5bn.");print(e.tokens)

use std::time::Instant;
use std::path::Path;
use toolwright_codegen::{*};
#[test]
fn speed() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../definitions");
    let all = load::load(&dir);
    for folder in ["zesty","egnyte","zoho_bigin","zoho_meeting"] {
      for sandbox in [true,false] {
        let texts: Vec<(String,String)> = all.files.iter().filter(|f| f.folder==folder && (sandbox || !f.path.ends_with("sandbox.yaml"))).map(|f|(f.path.clone(), f.text.clone())).collect();
        let bytes: usize = texts.iter().map(|t| t.1.len()).sum();
        let s = load::Sources::from_texts(texts.iter().map(|(a,b)|(a.as_str(),b.as_str())));
        let mut d = diagnostics::Diagnostics::default();
        let t = Instant::now(); let p = parse::parse(&s, &mut d); let t1=t.elapsed();
        let t = Instant::now(); let g = gather::gather(&s,&p, &mut d); let t2=t.elapsed();
        let t = Instant::now(); let mut l: Vec<_> = g.iter().filter_map(|g| lower::lower(g, &mut d)).collect(); let t3=t.elapsed();
        let t = Instant::now(); let f = check::check(&l, &mut d); let t4=t.elapsed();
        let t = Instant::now(); tools::add(&mut l, &f, &mut d); let t5=t.elapsed();
        let t = Instant::now(); let _ = emit::emit(&l); let t6=t.elapsed();
        println!("{folder} {bytes} parse {t1:?} gather {t2:?} lower {t3:?} check {t4:?} tools {t5:?} emit {t6:?} {}", d.sorted().len());
      }
    }
}
